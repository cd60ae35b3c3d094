command-replay =
    Показать, что реестр знал об одном инциденте на момент: запись с обоими временами и заключение на этот момент.

    Исправления стоят рядом с тем, что исправляют. Сказанное одной стороной от имени другой помечено как утверждаемое;
    момент записи, пришедший с импортом, помечен как заявленный. Код завершения 3, если в конце нет заключения.
    .incident = Номер инцидента.
    .at = Момент; без него — последний момент записи по договорам.
    .step = Событие за событием, с заключением после каждого.
    .examples =
        sla-ledger replay INC-2024-000017 --at 2024-04-27T09:00:00+03:00
        sla-ledger replay INC-2024-000017 --step
        sla-ledger replay INC-2024-000017 --step --json

replay-event = { $position }  { $what }, { $actor }
replay-asserted = утверждает { $party } за другую сторону
replay-occurred = случилось { $at }
replay-recorded = записано { $at }{ $late }
replay-claimed = записано { $at }{ $late }, как заявлено импортом { $imported }
replay-late = , через { $late }
replay-withheld = (есть обязательство на значение; самого значения здесь нет)
replay-yes = да
replay-no = нет
replay-corrected = исправлено на позиции { $position } ({ $party }), не согласовано: { $field } было { $was }, должно быть { $now }
replay-corrected-agreed = исправлено на позиции { $position } ({ $party }), согласовано: { $field } было { $was }, стало { $now }
replay-verdict = Заключение на { $at }
replay-unknown = Инцидент ещё не был записан.
replay-step = → { $obligation }: { $standing }; буквально { $outcome }
