# Running the product: settings, parts, the access log.

unknown-setting = { $setting } — нет такой настройки программы
    .title = Такой настройки нет
    .remedy = Ближайшая — { $nearest }; все перечислены в docs/settings.md.
setting-unusable = { $setting }: { $reason }
    .title = Значение настройки не годится
    .remedy = Исправьте переменную; что она принимает, сказано в docs/settings.md.
part-missing = { $setting } требует части { $part }, а она не установлена
    .title = Необязательная часть не установлена
    .remedy = Установите её: `pip install sla-ledger[{ $part }]`, — или уберите { $setting }.
access-log-broken = Журнал доступа в { $database } расходится со своей цепочкой на записи { $number }
    .title = Журнал доступа изменён
    .remedy = Сравните его с резервной копией: кто-то писал в базу мимо программы, или отказывает диск.
