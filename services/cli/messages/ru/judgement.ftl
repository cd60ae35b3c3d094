# Общее для verdict, explain, replay, timeline, report и deadlines: слова для того, что находит суждение.

option-file = Читать файл событий вместо реестра, по объекту JSON в строке; - означает стандартный ввод. Он проверяется целиком.

read-stamp = На момент { $at }, прочитано на позиции { $position }.
read-provisional = ответ предварительный: после { $last } ничего не записано, записанное позже может его изменить
read-settled = { $question } на этот запуск читается как { $option }, о чём бы стороны ни договорились

moment-none = ни в какой момент
weekday-mon = пн
weekday-tue = вт
weekday-wed = ср
weekday-thu = чт
weekday-fri = пт
weekday-sat = сб
weekday-sun = вс
unit-hour = ч
unit-minute = мин
unit-second = с

standing-kept = СОБЛЮДЕНО
standing-broken = НАРУШЕНО
standing-disputed = СПОРНО
standing-not-judged = НЕ СУЖДЕНО

outcome-met = выполнено
outcome-breached = нарушено
outcome-running = срок идёт
outcome-not-covered = не покрывается
outcome-not-applicable = не применимо
outcome-at = { $verdict } { $at }
outcome-at-due = { $verdict } { $at }, срок { $due }
outcome-due = { $verdict }, срок { $due }
outcome-uncovered = { $verdict }, { $missing } без работы
outcome-uncovered-at = { $verdict } { $at }, { $missing } без работы

obligation-response = Реакция
obligation-response-again = Реакция, эпизод { $episode }
obligation-continuous-work = Непрерывная работа

duty-confirmation = подтверждение открытия
duty-status = сообщение о статусе и сроке
duty-resolution-notice = уведомление о решении
duty-not-covered-notice = уведомление о непокрытии
duty-unreachable-proof = попытки связаться с заказчиком
duty-release-stages = проверки выпуска
duty-is-met = исполнено
duty-is-missing = не исполнено

event-opened = открыт
event-confirmed = подтверждён
event-responded = ответ инженера
event-reprioritized = запрошена смена приоритета
event-reprioritization-agreed = смена приоритета согласована
event-information-requested = запрошены сведения
event-information-provided = сведения даны
event-work-started = работа начата
event-work-stopped = работа прервана
event-mitigated = влияние снижено
event-status-reported = сообщён статус
event-contact-attempted = попытка связаться
event-customer-replied = заказчик ответил
event-third-party-suspected = подозрение на стороннее изделие
event-resolved = решён
event-closed-not-covered = закрыт как непокрываемый
event-customer-unreachable = закрыт, заказчик недоступен
event-reopened = открыт повторно
event-corrected = исправление
event-correction-agreed = исправление согласовано
event-values-erased = значения стёрты
event-disputed = оспорено
event-dispute-ruled = спор разрешён
event-evidence-attached = приложено доказательство
event-closing = закрыт

party-customer = заказчик
party-provider = исполнитель
party-auditor = аудитор
actor-customer = заказчик
actor-engineer = инженер
actor-system = система
actor-auditor = аудитор
