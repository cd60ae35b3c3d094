command-explain =
    Объяснить заключение об одном инциденте: каждый сосчитанный отрезок времени и то, что изменило бы исход.

    Счёт — при буквальном прочтении с решёнными вопросами. Под ним стоит каждый решающий вопрос со своими вариантами рядом:
    два прочтения, которые различаются только им, одно с нарушением, другое без.
    .incident = Номер инцидента.
    .as-of = Судить на этот момент; без него — на последний момент записи по договорам.
    .examples =
        sla-ledger explain INC-2024-000017
        sla-ledger explain INC-2024-000017 --reading late-entries=as-recorded
        sla-ledger --lang ru explain INC-2024-000017 --as-of 2024-05-01T00:00:00+03:00
        sla-ledger explain INC-2024-000017 --json

explain-zone = Местное время — UTC{ $offset } ({ $clause }); после каждого = стоит тот же момент в UTC.
explain-literal = Сосчитано так, как договор говорит буквально, если стороны не договорились иначе.
explain-how = Как сосчитано
explain-started-opened = Срок начался с поступления инцидента: { $at }
explain-started-confirmed = Срок начался с подтверждения инцидента: { $at }
explain-started-reopened = Срок начался с повторного обращения заказчика: { $at }
explain-no-clock = После повторного обращения заказчика свой срок реакции не идёт.
explain-not-started = Срок не начался: инцидент не был подтверждён.
explain-segment = Приоритет { $priority } с { $since }: { $amount }
explain-hours-service = { $amount }, считая в часах обслуживания с { $since }:
explain-hours-clock = { $amount } по часам, днём и ночью, с { $since }
explain-hours-roll-to-opening = { $amount } по часам с { $since }; вне часов обслуживания срок переходит на ближайшее открытие:
explain-hours-from-opening-of-service = { $amount } по часам, с первого момента обслуживания не раньше { $since }:
amount-hours = { $count ->
    [one] { $count } час
    [few] { $count } часа
   *[many] { $count } часов
  }
amount-minutes = { $count ->
    [one] { $count } минута
    [few] { $count } минуты
   *[many] { $count } минут
  }
amount-working-hours = { $count ->
    [one] { $count } рабочий час
    [few] { $count } рабочих часа
   *[many] { $count } рабочих часов
  }
amount-working-minutes = { $count ->
    [one] { $count } рабочая минута
    [few] { $count } рабочие минуты
   *[many] { $count } рабочих минут
  }
explain-due = Срок { $due }
explain-not-before = Срок не действует раньше своего приоритета, поэтому он наступает { $due }
explain-replaced = Заменён до своего наступления сменой приоритета { $at }
explain-answer = Ответ: { $what }, { $at }
explain-position = позиция { $position }
explain-late = записано { $at }, через { $late } после случившегося
explain-corrected = исправлено на позиции { $position }, записано как { $at }
explain-no-answer = Ответа нет
explain-result = Итог: { $outcome }
explain-never-grave = Приоритет ни разу не был тем, при котором положена непрерывная работа.
explain-work-service = Положена в часы обслуживания:
explain-work-round-the-clock = Положена круглосуточно:
explain-work-owed = Пока этого требовал приоритет: { $total }
explain-work-worked = Отработано всеми инженерами вместе: { $total }
explain-work-uncovered = Положено и не отработано: { $total }
explain-tolerance = Договор допускает: { $tolerance }
explain-question = Решающий вопрос: { $question } ({ $clause }; docs/reading.md#{ $question })
explain-given = при условии { $given }

not-covered-edition = Не покрывается: программа не для этой редакции.
not-covered-licence = Не покрывается: лицензия не действовала.
not-covered-channel = Не покрывается: поступил по каналу, которого у уровня нет.

day-holiday = праздник
day-day-off = выходной по переносу
day-decreed-day = объявлен указом нерабочим
day-weekday-not-served = в этот день недели не обслуживается
day-working-weekend-not-served = рабочий выходной, не обслуживается
day-working-weekend-served = рабочий выходной, обслуживается
day-shortened = сокращённый день, закрытие на час раньше
day-outside-hours = вне часов обслуживания
