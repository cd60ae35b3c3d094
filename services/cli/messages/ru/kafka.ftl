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

option-bootstrap-servers = Где Kafka: HOST:PORT, несколько — через запятую.

kafka-topic-made = { $topic }: создан, партиций { $partitions }, копий { $copies }
kafka-topic-right = { $topic }: есть и настроен верно, партиций { $partitions }, копий { $copies }
kafka-topic-wrong = { $topic }: есть, но не такой (найдено ≠ ожидается)
kafka-topic-missing = { $topic }: нет
kafka-one-copy = у топиков одна копия: с диском её брокера они пропадут, пока их не опубликуют заново; три копии, из них две
    согласованные, переживут потерю брокера
