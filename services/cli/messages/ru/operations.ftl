# Работа продукта: сервер, ключи, часы, журнал доступа, настройки.

unknown-setting = { $setting } — нет такой настройки программы
    .title = Такой настройки нет
    .remedy = Ближайшая — { $nearest }; все перечислены в docs/settings.md.
setting-unusable = { $setting }: { $reason }
    .title = Значение настройки не годится
    .remedy = Исправьте переменную; что она принимает, сказано в docs/settings.md.
part-missing = { $setting } требует части { $part }, а она не установлена
    .title = Необязательная часть не установлена
    .remedy = Установите её: `pip install sla-ledger[{ $part }]`, — или уберите { $setting }.
not-ready = Сервер не готов; что мешает, названо в `problems`
    .title = Сервер сейчас не может работать
    .remedy = Смотрите `problems` и спросите ещё раз чуть позже.
projection-behind = Модели чтения не хватает событий реестра: { $count }
    .title = Модель чтения сильно отстала
    .remedy = Подождите, пока она догонит; `sla-ledger projections rebuild` построит её заново.
rows-made-elsewhere = Строки модели чтения теперь строятся из { $source }, а не из той темы, которую читает этот процесс
    .title = Строки строятся из другого источника
    .remedy = Тот, кто построил их заново, этого и хотел; `sla-ledger projector --from kafka` снова построит их из темы.
kafka-unreachable = Kafka по адресу { $servers } недоступна: { $reason }
    .title = Kafka недоступна
    .remedy = Проверьте, что Kafka работает, и SLA_LEDGER_KAFKA_BOOTSTRAP_SERVERS; реестр принимает события и без неё.
kafka-refused = Kafka по адресу { $servers } отказывает: { $reason }
    .title = Kafka отказывает программе
    .remedy = Проверьте пользователя, пароль и права; нужные права печатает `sla-ledger kafka acls`.
kafka-failed = Kafka по адресу { $servers } ответила: { $reason }
    .title = Kafka не может выполнить просьбу
    .remedy = Смотрите журнал самой Kafka; что должны позволять её брокеры, сказано в docs/kafka.md.
topics-missing = В Kafka по адресу { $servers } не хватает { $topics }
    .title = Топиков нет
    .remedy = Создайте их: `sla-ledger kafka init --version { $version }`.
topics-differ = Топики Kafka по адресу { $servers } настроены не так, как должны: { $reason }
    .title = Топики не такие, как должны быть
    .remedy = Исправьте их через kafka-configs, как сказано в docs/kafka.md, или настройки SLA_LEDGER_KAFKA_ под них.
partitions-differ = В { $topic } партиций { $found }, а не { $expected }
    .title = У топиков другое число партиций
    .remedy = Для версии оно неизменно: впишите его в SLA_LEDGER_KAFKA_PARTITIONS или `sla-ledger relay republish`.
access-log-broken = Журнал доступа в { $database } расходится со своей цепочкой на записи { $number }
    .title = Журнал доступа изменён
    .remedy = Сравните его с резервной копией: кто-то писал в базу мимо программы, или отказывает диск.

command-serve =
    Обслуживать реестр по HTTP: запись из сервисов, чтение, лента событий.

    В файл SQLite пишет один процесс, в PostgreSQL — любое их число; читающие команды, keys, clock и accesses работают рядом с ним. SIGTERM и Ctrl-C
    завершают его, когда на принятые запросы отвечено. Первый запуск реестра без ключей создаёт ключ с ролью admin и
    печатает его один раз, отдельно, в стандартный вывод; остальное — в docs/operations.md.
    .host = Адрес, на котором слушать; кроме локального, любому нужен TLS — здесь или в обратном прокси.
    .port = Порт, на котором слушать; 0 — выберет система, и он будет назван.
    .tls-cert = Цепочка сертификатов (PEM) для TLS.
    .tls-key = Закрытый ключ (PEM) сертификата.
    .examples =
        sla-ledger serve --port 8080
        sla-ledger serve --database sqlite:////var/lib/sla/ledger.db --host 0.0.0.0 --tls-cert chain.pem --tls-key key.pem

serve-listening = { $database } обслуживается по адресу { $address }, начиная с позиции { $position }. Ctrl-C — завершить.
serve-admin-key = Ключей ещё не было. У того, что в стандартном выводе, роль admin; больше он показан не будет.
serve-stopping = Завершение: сначала будет отвечено на принятое.
serve-stopped = Завершено; всё подтверждённое записано.
serve-without-tls = { $host } может быть доступен с других машин, а ключи идут открытым текстом: задайте --tls-cert и
    --tls-key или поставьте впереди обратный прокси с TLS и никого больше не допускайте.

command-keys = Ключи API: создать, перечислить, отозвать — в том числе рядом с работающим сервером.
    .examples =
        sla-ledger keys create --role admin
        sla-ledger keys list

command-keys-create =
    Создать ключ и напечатать его, один раз и отдельно, в стандартный вывод.

    Хранится только хеш секрета. По первой части ключа, префиксу, его называют списки, журналы и события.
    .role = Что ему можно: customer, engineer, service, reporter, auditor или admin; для чего какая роль — в docs/roles.md.
    .contract = Ограничить этим договором. Можно указать несколько раз; без него доступны все. Ключу заказчика нужен
        хотя бы один.
    .act-as = От чьего имени пишет сервис: customer, engineer, system через запятую.
    .actor-id = Кто действует в записанных им событиях, если запрос этого не говорит; без него — префикс.
    .expires = Сколько он действует: длительность ISO 8601, например P90D или PT12H; без неё — до отзыва.
    .examples =
        sla-ledger keys create --role service --act-as engineer,system --actor-id crm
        sla-ledger keys create --role customer --contract C-001 --contract C-002 --expires P365D
        sla-ledger keys create --role admin --database sqlite:////var/lib/sla/ledger.db

command-keys-list = Перечислить, что позволяет каждый ключ и действует ли он; секреты не показываются.
    .examples =
        sla-ledger keys list
        sla-ledger keys list --json

command-keys-revoke = Сделать ключ негодным, со следующего запроса и навсегда.
    .prefix = Префикс ключа: десять знаков после slk_.
    .examples =
        sla-ledger keys revoke abcdefghij

command-keys-forget =
    Стереть, чей это псевдоним.

    События, записанные по токену поставщика удостоверений, называют человека случайным псевдонимом. Когда его смысл
    стёрт, никто не скажет, чей он был; со следующим запросом человек получит другой.
    .pseudonym = Псевдоним, как он стоит в событиях в поле via.
    .examples =
        sla-ledger keys forget oidc-abcdefghijklmnopqrstuvwx

keys-prefix = Префикс
keys-role = Роль
keys-contracts = Договоры
keys-act-as = От имени
keys-actor = Кто действует
keys-created = Создан
keys-state = Состояние
keys-all-contracts = все
keys-state-valid = действует
keys-state-until = действует до { $at }
keys-state-expired = истёк { $at }
keys-state-revoked = отозван { $at }
keys-revoked = Ключ { $prefix } ({ $role }) отозван с { $revoked_at }.
keys-forgotten = Никто больше не скажет, чей был псевдоним { $pseudonym }.
keys-contract-unknown = договора { $contract } в реестре ещё нет: ключ подойдёт к тому, что будет записан точно под этим id

command-clock = Часы, по которым записываются события.
    .examples =
        sla-ledger clock confirm

command-clock-confirm =
    Подтвердить, что часы машины верны, после того как им отказано из-за скачка вперёд.

    Часам, ушедшим больше чем на пять минут вперёд ожидаемого, не верят, пока на них не посмотрит человек. Работающий
    сервер примет это со следующим запросом.
    .examples =
        sla-ledger clock confirm

clock-confirmed = Часы показывают { $now }, им верят.

command-accesses = Журнал доступа: кто читал значения и целые истории.
    .examples =
        sla-ledger accesses list
        sla-ledger accesses verify

command-accesses-list = Перечислить, кто, что и когда читал, по порядку.
    .after = Начать после записи с этим номером.
    .examples =
        sla-ledger accesses list
        sla-ledger accesses list --after 1000 --json

command-accesses-verify =
    Вычислить цепочку журнала заново с первой записи и назвать её последнее значение.

    Код выхода 1, если запись изменена, изъята или вставлена. Того, кто мог вычислить заново всю цепочку, выдаст только
    последнее значение, сохранённое в другом месте: сохраните названное здесь.
    .examples =
        sla-ledger accesses verify

accesses-sound = Журнал доступа сходится со своей цепочкой: записей — { $count }, последнее значение — { $chain }.
