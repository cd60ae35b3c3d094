# Что командная строка говорит о себе, какая бы команда ни была.

language = ru

help-usage = Вызов:
help-commands = Команды
help-arguments = Аргументы
help-options = Параметры
help-examples = Примеры
help-environment = [иначе { $variable }]

option-lang = Язык сообщений и справки; иначе SLA_LEDGER_LANG, иначе язык системы. Может стоять где угодно в строке.
option-help = Показать эту страницу.
option-database = Где находится реестр, в виде URL (sqlite:///ПУТЬ или postgresql://ИМЯ@УЗЕЛ/БАЗА); без него — sqlite:///sla-ledger.db.
option-json = Отвечать в JSON, для программ; ошибки в stderr тоже станут JSON.
option-as-of = Судить на этот момент, например 2024-05-01T00:00:00+03:00.
option-reading = Решить спорный вопрос на этот запуск («что если»). Можно указать несколько раз.
option-calendars = Добавить поставляемые календари этой страны (RU), каждый с даты его опубликования.
option-policy = Файл политики, принятой в событиях; находится по его хешу. Можно указать несколько раз.

usage-no-such-option = нет параметра { $option }
usage-missing = не указано: { $name }

error-told = ошибка: { $message } [{ $name }]
error-remedy = { "  " }→ { $remedy }
error-line = строка { $line }
error-trace-hint = { "  " }Чтобы увидеть место, повторите с SLA_LEDGER_TRACEBACK=1.

talk-warning = предупреждение: { $message }

command = Реестр инцидентов поддержки и заключение по договору при каждом прочтении, которое допускает его текст.

    Коды завершения: 0 — всё в порядке, 1 — ответ «нет», 2 — ошибка вызова или входных данных, 3 — об инциденте нельзя
    судить, 4 — препятствие в реестре, 5 — ошибка самой программы.
    .version = Показать версию.
    .examples =
        sla-ledger evaluate history.jsonl
        sla-ledger init --provider "Наша поддержка"
        sla-ledger import history.jsonl
        sla-ledger explain INC-2024-000017
        sla-ledger --lang ru evaluate --help
