command-report =
    Сосчитать, как соблюдался договор: по группам — оценки инцидентов и то, от чего зависят спорные.

    Время реакции — по часам, от начала срока реакции до реакции, при буквальном прочтении; pN — время, которого не
    превысили N из ста инцидентов с реакцией. Месяц — по местной дате открытия. С --against наши оценки стоят рядом с
    заключениями другого источника. Код завершения 3, если об инциденте нельзя судить.
    .contract = Только инциденты этого договора.
    .from = Только открытые в эту местную дату или позже (ГГГГ-ММ-ДД).
    .to = Только открытые в эту местную дату или раньше (ГГГГ-ММ-ДД).
    .by = Что образует группу: month, level, priority, contract, через запятую.
    .format = Таблица, CSV для электронной таблицы (ни одна ячейка не формула) или JSON.
    .against = Заключения другого источника, как их пишет import --outcomes.
    .as-of = Судить на этот момент; без него — на последний момент записи по договорам.
    .json = То же, что --format json; ошибки в stderr тоже станут JSON.
    .examples =
        sla-ledger report
        sla-ledger report --contract K-7 --from 2024-01-01 --to 2024-03-31 --by month
        sla-ledger report --by level,priority --format csv > report.csv
        sla-ledger report --against outcomes.jsonl

report-month = месяц
report-level = уровень
report-priority = приоритет
report-contract = договор
report-incidents = инцидентов
report-kept = соблюдено
report-broken = нарушено
report-disputed = спорно
    .heading = Спорные инциденты и от чего зависит каждый
report-not-judged = не суждено
report-total = всего
report-nothing = В это время не открыт ни один инцидент.
report-percentiles = p50, p90, p95: время реакции по часам, которого не превысили столько из ста инцидентов с реакцией.
report-hangs-on = От чего зависят спорные инциденты
report-more = и ещё { $count }; --format json перечисляет все
report-against = Наши оценки (вниз) рядом с заключениями другого источника (вбок)
report-theirs-kept = там: соблюдено
report-theirs-broken = там: нарушено
report-theirs-absent = там: нет
report-bad-outcome = { $path }, строка { $line }: не вида {"{"}"incident": …, "made_sla": true|false{"}"} или тот же инцидент с другим заключением
