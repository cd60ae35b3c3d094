# Реестр в целом: создание, наполнение, выгрузка, восстановление.

command-init =
    Создать реестр, в котором принята поставляемая политика и опубликованы поставляемые календари.

    Реестр получает собственный id. Ничего не перезаписывается: если реестр уже есть, будет отказ.
    .provider = Имя поставщика поддержки, чей это реестр.
    .no-calendars = Не публиковать поставляемые календари: для истории, которая старше их или приносит свои.
    .if-absent = Если реестр поставщика уже есть, это не ошибка: для того, что запускается снова и снова.
    .examples =
        sla-ledger init --provider "Наша поддержка"
        sla-ledger init --provider "Наша поддержка" --if-absent
        sla-ledger init --provider "Наша поддержка" --database sqlite:////var/lib/sla/ledger.db
        sla-ledger init --no-calendars

init-done = { $database } — реестр { $ledger } ({ $provider }), поставляемых событий в нём: { $events }.

init-present = { $database } — уже реестр { $ledger } ({ $provider }), событий в нём: { $events }.

command-import =
    Принять в реестр файл событий или, по сопоставлению, выгрузку другой системы.

    Весь файл проверяется до того, как что-либо записано. Что уже есть в реестре, пропускается: прерванный импорт
    продолжается, если начать его снова, а повторный ничего не добавляет.
    .file = Файл: JSONL в форме обмена, событие в строке; с --mapping — выгрузка другой системы.
    .calendars = Слить поставляемые календари этой страны (RU) с файлом по recorded_at, в один момент — перед строками
        файла.
    .mapping = Читать выгрузку другой системы по этому сопоставлению: servicenow или путь к своему файлу.
    .rejects = С --mapping: куда записать, что потерял источник, по объекту JSON в строке.
    .outcomes = С --mapping: куда записать собственное суждение источника о каждом инциденте.
    .policy = Текст политики, которую принимает файл. Можно указать несколько раз.
    .examples =
        sla-ledger import history.jsonl
        sla-ledger import history.jsonl --calendars RU
        sla-ledger import --mapping servicenow audit.csv --rejects rejects.jsonl --outcomes outcomes.jsonl

import-checking = Проверка
import-recording = Запись
import-done = { $added ->
    [one] Добавлено { $added } событие
    [few] Добавлено { $added } события
   *[other] Добавлено { $added } событий
  }, уже было: { $present }. Всего в реестре: { $position }.
import-nothing = { $present ->
    [0] Ничего не добавлено: в файле нет событий
   *[other] Ничего не добавлено: все события файла ({ $present }) уже есть в реестре
  }. Всего в реестре: { $position }.
import-interrupted = Прервано; добавленные события ({ $added }) остаются. Чтобы продолжить, начните тот же импорт снова.
import-older-than-shipped = в файле есть события журнала поставщика старше тех, что в реестре, например старше поставляемых
    календарей: создайте реестр с init --no-calendars и импортируйте с --calendars RU
import-converted = Строк: { $rows }, инцидентов: { $incidents }, получилось событий: { $events }.
import-lost = { "  " }{ $reason }: { $count }
import-lost-where = Что потеряно, построчно запишет --rejects ФАЙЛ.

command-export =
    Выгрузить события реестра, байт в байт в канонической форме, и рядом манифест.

    Манифест называет реестр, поставщика, число событий и их цепочку хешей и хранит тексты политик. В событиях нет
    свободных текстов и людей; их вместе с солями записывает --personal.
    .file = Куда записать события; без него — стандартный вывод.
    .manifest = Куда записать манифест; без него — FILE.manifest.json.
    .personal = Записать и значения (тексты и людей) — для тех, кому они положены.
    .json = Ошибки в stderr станут JSON; события — всегда JSON.
    .examples =
        sla-ledger export ledger.jsonl
        sla-ledger export ledger.jsonl --manifest manifest.json --personal values.jsonl
        sla-ledger export | sla-ledger evaluate -

export-done = Событий: { $count }, цепочка { $chain }
export-manifest = Манифест: { $file }.
export-personal = В { $file } — значения из событий: { $count }. Давайте его только тем, кому они положены.
export-no-manifest = манифест не записан, а для восстановления он нужен (--manifest ФАЙЛ)

command-restore =
    Восстановить реестр из выгрузки: тот же id, имя, номера и байты, или ничего.

    Вместо init. Не удастся, если число событий и цепочка хешей не те, что в манифесте. Значения, которые не даны,
    отсутствуют, как если бы их стёрли.
    .file = Выгруженные события.
    .manifest = Манифест, записанный рядом с ними; без него — FILE.manifest.json.
    .personal = Значения, записанные командой export --personal.
    .examples =
        sla-ledger restore ledger.jsonl
        sla-ledger restore ledger.jsonl --manifest manifest.json --personal values.jsonl --database sqlite:///copy.db

restore-checking = Проверка
restore-done = { $database } — снова реестр { $ledger } ({ $provider }), событий: { $events }, цепочка { $chain }.
restore-no-values = значения не даны (--personal ФАЙЛ): тексты и люди будут отсутствовать, как стёртые
