command-deadlines =
    Перечислить ближайшие сроки: каждое ещё действующее обязательство, срок которого при каком-нибудь прочтении наступает.

    В порядке самого раннего срока по прочтениям, при которых он идёт. Код завершения 3, если об инциденте нельзя судить:
    тогда неизвестно, что по нему должно быть сделано.
    .within = Как далеко смотреть, в виде PnDTnHnMnS; без него — восемь часов.
    .as-of = Смотреть с этого момента; без него — с последнего момента записи по договорам.
    .examples =
        sla-ledger deadlines
        sla-ledger deadlines --within P1D --as-of 2024-04-26T09:00:00+03:00
        sla-ledger deadlines --within PT4H --json

deadlines-earliest = самый ранний срок
deadlines-literal = буквальный срок
deadlines-latest = самый поздний срок
deadlines-incident = инцидент
deadlines-what = что
deadlines-who = чьё
deadlines-of = { $customer }, { $level }, приоритет { $priority }
deadlines-nothing = За { $within } ни один срок не наступает.
deadlines-not-judged = О { $incident } нельзя судить: календарь { $jurisdiction } на { $year } год не опубликован
