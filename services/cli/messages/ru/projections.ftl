# Модель для чтения: строки, из которых читаются списки, сроки и отчёты.

command-projections = Модель для чтения: строки, полученные из журнала; их можно удалить и построить снова.
    .examples =
        sla-ledger projections status
        sla-ledger projections rebuild

command-projections-rebuild =
    Удалить строки и построить их заново, байт в байт такими же.

    Прервать можно в любой момент: строки остаются на некоторой позиции, а сервер или следующее построение доведёт их
    до конца. Сами записи не затрагиваются.
    .examples =
        sla-ledger projections rebuild
        sla-ledger projections rebuild --database sqlite:////var/lib/sla/ledger.db

command-projections-status =
    Сообщить, до какой позиции доведены строки и до какой — журнал.

    С --check строки доводятся до конца журнала и сравниваются с построенными заново; код выхода 1, если какие-то
    отличаются. В это время никто не должен записывать.
    .check = Сравнить каждую строку с построенной заново.
    .examples =
        sla-ledger projections status --json
        sla-ledger projections status --check

projections-rebuilding = Строки строятся заново
projections-rebuilt = Строки построены заново, до позиции { $position }.
projections-interrupted = Прервано: строки доведены до позиции { $position }. Сервер доведёт их до конца при запуске; можно и выполнить команду снова.
projections-status = Строки доведены до позиции { $position }, журнал — до { $head }; отставание: { $behind ->
    [0] нет
    [one] { $behind } событие
    [few] { $behind } события
   *[other] { $behind } событий
 }.
projections-same = Каждая строка такова, какой её строит журнал заново.
projections-differ = { $count ->
    [one] У { $count } инцидента строки
   *[other] У { $count } инцидентов строки
 } не те, какие строятся заново. Выполните `sla-ledger projections rebuild`; первые из них:

command-projector =
    Строить строки модели для чтения из Kafka: один из любого числа процессов.

    Они делят между собой разделы темы событий, и каждый ведёт строки договоров из своих разделов в базе PostgreSQL
    журнала. Разделы завершённого или убитого процесса переходят к остальным, и ничто не считается дважды. Строки,
    построенные из другого источника, при первом запуске удаляются. SIGTERM и Ctrl-C завершают процесс после текущей
    транзакции.
    .from = Из чего строить строки: kafka.
    .until-caught-up = Завершиться, когда все строки дойдут туда, где темы были при запуске; часть работы могут сделать
        другие процессы.
    .examples =
        sla-ledger projector --from kafka
        sla-ledger projector --from kafka --until-caught-up --json

projector-progress = Строки строятся из темы
projector-ended = Завершено; строки доведены до позиции { $position }.
