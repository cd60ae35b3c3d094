command-evaluate =
    Судить по файлу событий: одно заключение в строке, реестр не нужен.

    Сначала проверяется весь файл; для негодной строки называется её номер, что не так и что делать, и ничего не
    печатается. Заключения идут в порядке открытия инцидентов, в JSON. Код завершения 0, если судить удалось обо всех,
    каковы бы ни были заключения (см. --fail-on); 3, если о каком-то не удалось, после всех строк.
    .file = Файл событий, по одному объекту JSON в строке, в порядке реестра; - читает стандартный ввод.
    .as-of = Судить на этот момент; без него — на последний recorded_at в файле.
    .incident = Судить только об этом инциденте. Можно указать несколько раз.
    .fail-on = Завершиться с кодом 1, если обязательство нарушено (broken); с disputed — и если оно спорно.
    .json = Ошибки в stderr станут JSON; заключения — всегда JSON.
    .examples =
        sla-ledger evaluate history.jsonl
        sla-ledger evaluate history.jsonl --calendars RU --as-of 2024-05-01T00:00:00+03:00
        sla-ledger evaluate history.jsonl --reading premium-hours=service --incident INC-2024-000017
        gzip -dc history.jsonl.gz | sla-ledger evaluate - --fail-on broken

evaluate-unjudged = { $count ->
    [one] о { $count } инциденте судить нельзя; почему, сказано в его строке
   *[other] о { $count } инцидентах судить нельзя; почему, сказано в их строках
  }
nothing = начала
