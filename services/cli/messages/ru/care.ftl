# Забота об установке и о счёте по календарю.

command-doctor =
    Посмотреть, из чего состоит эта установка, и сказать, что в ней не так.

    Версии, SQLite и его ошибка сброса WAL, настройки, реестр, чужие пакеты с нашими именами. Код завершения 1, если
    что-то не так.
    .examples =
        sla-ledger doctor
        sla-ledger doctor --json

doctor-version = sla-ledger
doctor-python = Python
doctor-system = система
doctor-sqlite = SQLite
doctor-libraries = библиотеки
doctor-setting = настройка
doctor-package = пакет
doctor-ledger = реестр
doctor-wal-reset-bug = Этот SQLite при двух пишущих может повредить файл (исправлено в 3.51.3): установите pysqlite3 не ниже 0.6.1.
doctor-foreign = Пакет с нашим именем есть и в другом дистрибутиве: дайте sla-ledger собственное окружение.
doctor-ledger-trouble = Реестр не открывается; что делать, скажет любая команда, которая его читает.

command-calendar = Проверить счёт по календарю и посмотреть поставляемые календари.
    .examples =
        sla-ledger calendar check cases.json
        sla-ledger calendar list

command-calendar-check =
    Проверить счёт по календарю на файле случаев рабочего времени.

    Случаи add, elapsed, elapsed_sum и periods_after должны сойтись; код завершения 1, если какой-то не сошёлся.
    Отличающиеся по решению (срок, истекающий в час закрытия, наступает в час закрытия) и не обслуживаемые перечислены.
    .file = Случаи: объект JSON со списком "vectors".
    .examples =
        sla-ledger calendar check cases.json
        sla-ledger calendar check cases.json --json

command-calendar-list = Перечислить поставляемые календари, каждый с датой опубликования.
    .examples =
        sla-ledger calendar list
        sla-ledger calendar list --json

command-calendar-show = Показать дни, которые называет поставляемый календарь, в каждой его публикации.
    .calendar = Страна и год.
    .examples =
        sla-ledger calendar show RU-2024
        sla-ledger calendar show RU-2020 --json

calendar-year = Календарь
calendar-published = Опубликован
calendar-holidays = Праздники
calendar-days-off = Выходные
calendar-working-weekends = Рабочие выходные
calendar-shortened = Сокращённые
calendar-non-working-days = Нерабочие
calendar-shown = { $calendar }, опубликован { $published }

case-agrees = сошлось
case-disagrees = не сошлось
case-differs-by-decision = отличается по решению
case-not-served = не обслуживается
case-malformed = негодный случай
case-answers = ожидалось { $expected }, получено { $got }
