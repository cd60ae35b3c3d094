command-verdict =
    Показать заключение об одном инциденте: что находят все прочтения договора.

    Для каждого обязательства — его оценка (соблюдено: нарушения нет ни при одном прочтении; нарушено: есть при каждом;
    спорно: при некоторых), исход при буквальном прочтении и вопросы, от которых он зависит. Код завершения 3, если судить
    нельзя.
    .incident = Номер инцидента.
    .as-of = Судить на этот момент; без него — на последний момент записи по договорам.
    .examples =
        sla-ledger verdict INC-2024-000017
        sla-ledger verdict INC-2024-000017 --as-of 2024-05-01T00:00:00+03:00
        sla-ledger verdict INC-2024-000017 --reading working-saturdays=served
        sla-ledger verdict INC-2024-000017 --file history.jsonl --calendars RU --json

verdict-headline = { $incident }: { $standing }. { $customer }, договор { $contract }, уровень { $level }, политика { $policy } версии { $version }.
verdict-agreed = Согласовано сторонами: { $question } — { $option }.
verdict-asserted = Позиция { $position }, { $what }: утверждает { $party } за другую сторону.
verdict-obligation = { $obligation } ({ $clause }): { $standing }
verdict-literally = Буквально: { $outcome }
verdict-readings = Из прочтений ({ $readings }): { $counts }
verdict-due-between = Срок между { $earliest } и { $latest }
verdict-decisive = Зависит от: { $questions }
verdict-depends = Зависит и от этих, но они не меняют, есть ли нарушение: { $questions }
verdict-duties = Обязанности
verdict-duties-rest = пока не требовались: { $duties }
