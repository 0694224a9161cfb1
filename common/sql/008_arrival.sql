-- 008_arrival - the seal over a leaf is looked for by the index of first leaves, which serves only queries that say first > 0 (services/relay/sql/006_seal_first.sql)
CREATE OR REPLACE VIEW audit.arrival AS
    SELECT l.leaf, l.id, l.via, s.epoch, s.number AS seal, s.time AS at
      FROM journal.leaf l
      LEFT JOIN LATERAL (SELECT s.epoch, s.number, s.time FROM journal.seal s
                          WHERE s.node = (SELECT h.node FROM journal.head h) AND s.first > 0 AND s.first BETWEEN l.leaf - 1023 AND l.leaf AND s.first + s.count > l.leaf
                          ORDER BY s.time DESC LIMIT 1) AS s ON true;
