# Kafka: топики и права на них.

command-kafka = Топики Apache Kafka, которые читают отчётные задания: создать, проверить, выдать права.
    .examples =
        sla-ledger kafka init --bootstrap-servers localhost:9092
        sla-ledger kafka init --check

command-kafka-init =
    Создать недостающие топики и проверить имеющиеся.

    Создаются либо все недостающие, либо ни одного. Имеющийся топик никогда не меняется: если он настроен не так, как
    должен, называются настройка, найденное и ожидаемое значения, и ничего не создаётся. Партиции, копии, хранение и
    уплотнение — настройки (docs/settings.md); число партиций неизменно для версии.
    .version = Версия топиков, 1 или v1; следующая содержит всё заново (relay republish).
    .partitions = Число партиций каждого топика, кроме checkpoints; иначе SLA_LEDGER_KAFKA_PARTITIONS.
    .replication-factor = Копий каждой партиции; иначе SLA_LEDGER_KAFKA_REPLICATION_FACTOR или умолчание самой Kafka.
    .check = Ничего не создавать; код выхода 1, если топика нет или он не такой.
    .examples =
        sla-ledger kafka init --bootstrap-servers localhost:9092
        sla-ledger kafka init --bootstrap-servers kafka-1:9092,kafka-2:9092 --partitions 24 --replication-factor 3
        sla-ledger kafka init --check --json

command-kafka-acls =
    Напечатать права в Kafka, нужные каждой части продукта, — вызовами её собственной утилиты; или выдать их.

    Назовите имена (principal), под которыми их знает Kafka. Каждый получает нужное и не больше; писать может только
    relay. Выдать права может тот, кому можно менять права кластера: от чьего имени идёт команда, говорят настройки.
    .relay-principal = Кто relay: пишет топики. Можно указать несколько раз, как и каждый из этих параметров.
    .reader-principal = Кто отчётное задание: читает топики.
    .reader-group = Группа, по которой читатели делят партиции; * — любая.
    .projector-principal = Кто projector: читает events и checkpoints группой проекторов.
    .operator-principal = Кто создаёт и проверяет топики.
    .version = Версия топиков, 1 или v1.
    .apply = Выдать права, а не печатать вызовы.
    .examples =
        sla-ledger kafka acls --relay-principal User:relay --reader-principal User:jobs
        sla-ledger kafka acls --reader-principal User:monthly --reader-group monthly-report --apply

option-bootstrap-servers = Где Kafka: HOST:PORT, несколько — через запятую.

kafka-topic-made = { $topic }: создан, партиций { $partitions }, копий { $copies }
kafka-topic-right = { $topic }: есть и настроен верно, партиций { $partitions }, копий { $copies }
kafka-topic-wrong = { $topic }: есть, но не такой (найдено ≠ ожидается)
kafka-topic-missing = { $topic }: нет
kafka-one-copy = у топиков одна копия: с диском её брокера они пропадут, пока их не опубликуют заново; три копии, из них две
    согласованные, переживут потерю брокера
kafka-granted = Выдано в { $servers } прав: { $rights }
