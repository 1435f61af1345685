-- Reading the tables of the current build of the group `timelines`. Every statement starts from the collection's head row,
-- so that no row means no such collection, and names in the same snapshot: which build readers should see, the log's lineage, and the
-- position that the tables reflect.
--
-- Pages without filters have statements of their own, whose plan is the same for all arguments: along an index, until the page is
-- full. The filtered ones must be planned for the filters that are given: to a plan for any, twelve filters leave nothing.
--
-- OFFSET 0 fixes the order of the joins, each a look-up by a whole key. Left to itself, the planner takes a collection of which it
-- has no statistics yet for one of a single row, reads it whole for every row, and a page takes seconds.

-- name: timeline_of_actor
-- One page of the events of the actor $2, earliest first, after the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, actor.actor_id AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN actor ON actor.collection = head.collection AND actor.actor_id = $2
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM actor_timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.document_id, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.actor_id = $2 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) > ($3::bigint, $4::bigint, $5::text COLLATE "C")
    ORDER BY line.sort_first, line.sort_last, line.event_id
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first, entry.sort_last, entry.event_id;

-- name: timeline_of_actor_backwards
-- One page of the events of the actor $2, latest first, before the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, actor.actor_id AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN actor ON actor.collection = head.collection AND actor.actor_id = $2
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM actor_timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.document_id, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.actor_id = $2 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) < ($3::bigint, $4::bigint, $5::text COLLATE "C")
    ORDER BY line.sort_first DESC, line.sort_last DESC, line.event_id DESC
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first DESC, entry.sort_last DESC, entry.event_id DESC;

-- name: timeline_of_actor_filtered
-- One page of those events of the actor $2 that pass the filters, earliest first, after the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint,
-- $7 from_day bigint, $8 to_day bigint, $9 undated boolean, $10 types text[], $11 modes text[], $12 modalities text[],
-- $13 topics text[], $14 actors text[], $15 place text, $16 document text, $17 publisher text, $18 words text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, actor.actor_id AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN actor ON actor.collection = head.collection AND actor.actor_id = $2
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM actor_timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.document_id, told.sort_first, told.sort_last, told.first_day, told.last_day, told.type, told.mode,
               told.modality, told.topics, told.actor_ids, told.place, told.words, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.actor_id = $2 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) > ($3::bigint, $4::bigint, $5::text COLLATE "C")
      AND ($7::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $7)
      AND ($8::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $8)
      AND ($9::boolean IS NULL OR (event.first_day IS NULL AND event.last_day IS NULL) = $9)
      AND ($10::text[] IS NULL OR event.type = ANY ($10))
      AND ($11::text[] IS NULL OR event.mode = ANY ($11))
      AND ($12::text[] IS NULL OR event.modality = ANY ($12))
      AND ($13::text[] IS NULL OR event.topics @> $13)
      AND ($14::text[] IS NULL OR event.actor_ids @> $14)
      AND ($15::text IS NULL OR strpos(lower(event.place), lower($15)) > 0)
      AND ($16::text IS NULL OR event.document_id = $16)
      AND ($17::text IS NULL OR lower(document.publisher) = lower($17))
      AND ($18::text IS NULL OR event.words @@ websearch_to_tsquery('simple', $18))
    ORDER BY line.sort_first, line.sort_last, line.event_id
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first, entry.sort_last, entry.event_id;

-- name: timeline_of_actor_filtered_backwards
-- One page of those events of the actor $2 that pass the filters, latest first, before the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint,
-- $7 from_day bigint, $8 to_day bigint, $9 undated boolean, $10 types text[], $11 modes text[], $12 modalities text[],
-- $13 topics text[], $14 actors text[], $15 place text, $16 document text, $17 publisher text, $18 words text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, actor.actor_id AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN actor ON actor.collection = head.collection AND actor.actor_id = $2
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM actor_timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.document_id, told.sort_first, told.sort_last, told.first_day, told.last_day, told.type, told.mode,
               told.modality, told.topics, told.actor_ids, told.place, told.words, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.actor_id = $2 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) < ($3::bigint, $4::bigint, $5::text COLLATE "C")
      AND ($7::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $7)
      AND ($8::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $8)
      AND ($9::boolean IS NULL OR (event.first_day IS NULL AND event.last_day IS NULL) = $9)
      AND ($10::text[] IS NULL OR event.type = ANY ($10))
      AND ($11::text[] IS NULL OR event.mode = ANY ($11))
      AND ($12::text[] IS NULL OR event.modality = ANY ($12))
      AND ($13::text[] IS NULL OR event.topics @> $13)
      AND ($14::text[] IS NULL OR event.actor_ids @> $14)
      AND ($15::text IS NULL OR strpos(lower(event.place), lower($15)) > 0)
      AND ($16::text IS NULL OR event.document_id = $16)
      AND ($17::text IS NULL OR lower(document.publisher) = lower($17))
      AND ($18::text IS NULL OR event.words @@ websearch_to_tsquery('simple', $18))
    ORDER BY line.sort_first DESC, line.sort_last DESC, line.event_id DESC
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first DESC, entry.sort_last DESC, entry.event_id DESC;

-- name: timeline_of_topic
-- One page of the events of the topic $2, earliest first, after the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, topic.topic AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN topic ON topic.collection = head.collection AND topic.topic = $2
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM topic_timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.document_id, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.topic = $2 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) > ($3::bigint, $4::bigint, $5::text COLLATE "C")
    ORDER BY line.sort_first, line.sort_last, line.event_id
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first, entry.sort_last, entry.event_id;

-- name: timeline_of_topic_backwards
-- One page of the events of the topic $2, latest first, before the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, topic.topic AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN topic ON topic.collection = head.collection AND topic.topic = $2
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM topic_timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.document_id, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.topic = $2 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) < ($3::bigint, $4::bigint, $5::text COLLATE "C")
    ORDER BY line.sort_first DESC, line.sort_last DESC, line.event_id DESC
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first DESC, entry.sort_last DESC, entry.event_id DESC;

-- name: timeline_of_topic_filtered
-- One page of those events of the topic $2 that pass the filters, earliest first, after the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint,
-- $7 from_day bigint, $8 to_day bigint, $9 undated boolean, $10 types text[], $11 modes text[], $12 modalities text[],
-- $13 topics text[], $14 actors text[], $15 place text, $16 document text, $17 publisher text, $18 words text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, topic.topic AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN topic ON topic.collection = head.collection AND topic.topic = $2
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM topic_timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.document_id, told.sort_first, told.sort_last, told.first_day, told.last_day, told.type, told.mode,
               told.modality, told.topics, told.actor_ids, told.place, told.words, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.topic = $2 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) > ($3::bigint, $4::bigint, $5::text COLLATE "C")
      AND ($7::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $7)
      AND ($8::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $8)
      AND ($9::boolean IS NULL OR (event.first_day IS NULL AND event.last_day IS NULL) = $9)
      AND ($10::text[] IS NULL OR event.type = ANY ($10))
      AND ($11::text[] IS NULL OR event.mode = ANY ($11))
      AND ($12::text[] IS NULL OR event.modality = ANY ($12))
      AND ($13::text[] IS NULL OR event.topics @> $13)
      AND ($14::text[] IS NULL OR event.actor_ids @> $14)
      AND ($15::text IS NULL OR strpos(lower(event.place), lower($15)) > 0)
      AND ($16::text IS NULL OR event.document_id = $16)
      AND ($17::text IS NULL OR lower(document.publisher) = lower($17))
      AND ($18::text IS NULL OR event.words @@ websearch_to_tsquery('simple', $18))
    ORDER BY line.sort_first, line.sort_last, line.event_id
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first, entry.sort_last, entry.event_id;

-- name: timeline_of_topic_filtered_backwards
-- One page of those events of the topic $2 that pass the filters, latest first, before the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint,
-- $7 from_day bigint, $8 to_day bigint, $9 undated boolean, $10 types text[], $11 modes text[], $12 modalities text[],
-- $13 topics text[], $14 actors text[], $15 place text, $16 document text, $17 publisher text, $18 words text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, topic.topic AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN topic ON topic.collection = head.collection AND topic.topic = $2
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM topic_timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.document_id, told.sort_first, told.sort_last, told.first_day, told.last_day, told.type, told.mode,
               told.modality, told.topics, told.actor_ids, told.place, told.words, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.topic = $2 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) < ($3::bigint, $4::bigint, $5::text COLLATE "C")
      AND ($7::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $7)
      AND ($8::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $8)
      AND ($9::boolean IS NULL OR (event.first_day IS NULL AND event.last_day IS NULL) = $9)
      AND ($10::text[] IS NULL OR event.type = ANY ($10))
      AND ($11::text[] IS NULL OR event.mode = ANY ($11))
      AND ($12::text[] IS NULL OR event.modality = ANY ($12))
      AND ($13::text[] IS NULL OR event.topics @> $13)
      AND ($14::text[] IS NULL OR event.actor_ids @> $14)
      AND ($15::text IS NULL OR strpos(lower(event.place), lower($15)) > 0)
      AND ($16::text IS NULL OR event.document_id = $16)
      AND ($17::text IS NULL OR lower(document.publisher) = lower($17))
      AND ($18::text IS NULL OR event.words @@ websearch_to_tsquery('simple', $18))
    ORDER BY line.sort_first DESC, line.sort_last DESC, line.event_id DESC
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first DESC, entry.sort_last DESC, entry.event_id DESC;

-- name: timeline_all
-- One page of all events, earliest first, after the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, $2::text AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.document_id, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) > ($3::bigint, $4::bigint, $5::text COLLATE "C")
    ORDER BY line.sort_first, line.sort_last, line.event_id
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first, entry.sort_last, entry.event_id;

-- name: timeline_all_backwards
-- One page of all events, latest first, before the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, $2::text AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.document_id, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) < ($3::bigint, $4::bigint, $5::text COLLATE "C")
    ORDER BY line.sort_first DESC, line.sort_last DESC, line.event_id DESC
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first DESC, entry.sort_last DESC, entry.event_id DESC;

-- name: timeline_all_filtered
-- One page of those events that pass the filters, earliest first, after the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint,
-- $7 from_day bigint, $8 to_day bigint, $9 undated boolean, $10 types text[], $11 modes text[], $12 modalities text[],
-- $13 topics text[], $14 actors text[], $15 place text, $16 document text, $17 publisher text, $18 words text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, $2::text AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.document_id, told.sort_first, told.sort_last, told.first_day, told.last_day, told.type, told.mode,
               told.modality, told.topics, told.actor_ids, told.place, told.words, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) > ($3::bigint, $4::bigint, $5::text COLLATE "C")
      AND ($7::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $7)
      AND ($8::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $8)
      AND ($9::boolean IS NULL OR (event.first_day IS NULL AND event.last_day IS NULL) = $9)
      AND ($10::text[] IS NULL OR event.type = ANY ($10))
      AND ($11::text[] IS NULL OR event.mode = ANY ($11))
      AND ($12::text[] IS NULL OR event.modality = ANY ($12))
      AND ($13::text[] IS NULL OR event.topics @> $13)
      AND ($14::text[] IS NULL OR event.actor_ids @> $14)
      AND ($15::text IS NULL OR strpos(lower(event.place), lower($15)) > 0)
      AND ($16::text IS NULL OR event.document_id = $16)
      AND ($17::text IS NULL OR lower(document.publisher) = lower($17))
      AND ($18::text IS NULL OR event.words @@ websearch_to_tsquery('simple', $18))
    ORDER BY line.sort_first, line.sort_last, line.event_id
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first, entry.sort_last, entry.event_id;

-- name: timeline_all_filtered_backwards
-- One page of those events that pass the filters, latest first, before the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint,
-- $7 from_day bigint, $8 to_day bigint, $9 undated boolean, $10 types text[], $11 modes text[], $12 modalities text[],
-- $13 topics text[], $14 actors text[], $15 place text, $16 document text, $17 publisher text, $18 words text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, $2::text AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT line.sort_first, line.sort_last, line.event_id, event.item, document.brief
    FROM timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.document_id, told.sort_first, told.sort_last, told.first_day, told.last_day, told.type, told.mode,
               told.modality, told.topics, told.actor_ids, told.place, told.words, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.collection = $1 AND line.shown_to IS NULL
      AND (line.sort_first, line.sort_last, line.event_id) < ($3::bigint, $4::bigint, $5::text COLLATE "C")
      AND ($7::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $7)
      AND ($8::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $8)
      AND ($9::boolean IS NULL OR (event.first_day IS NULL AND event.last_day IS NULL) = $9)
      AND ($10::text[] IS NULL OR event.type = ANY ($10))
      AND ($11::text[] IS NULL OR event.mode = ANY ($11))
      AND ($12::text[] IS NULL OR event.modality = ANY ($12))
      AND ($13::text[] IS NULL OR event.topics @> $13)
      AND ($14::text[] IS NULL OR event.actor_ids @> $14)
      AND ($15::text IS NULL OR strpos(lower(event.place), lower($15)) > 0)
      AND ($16::text IS NULL OR event.document_id = $16)
      AND ($17::text IS NULL OR lower(document.publisher) = lower($17))
      AND ($18::text IS NULL OR event.words @@ websearch_to_tsquery('simple', $18))
    ORDER BY line.sort_first DESC, line.sort_last DESC, line.event_id DESC
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first DESC, entry.sort_last DESC, entry.event_id DESC;

-- name: timeline_found
-- One page of the events that the words $18 find, else those of the document $16, earliest first, after the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint,
-- $7 from_day bigint, $8 to_day bigint, $9 undated boolean, $10 types text[], $11 modes text[], $12 modalities text[],
-- $13 topics text[], $14 actors text[], $15 place text, $16 document text, $17 publisher text, $18 words text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, $2::text AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT event.sort_first, event.sort_last, event.event_id, event.item, document.brief
    FROM (
        SELECT worded.event_id FROM event AS worded
        WHERE $18::text IS NOT NULL AND worded.collection = $1 AND worded.words @@ websearch_to_tsquery('simple', $18)
        UNION ALL
        SELECT told.event_id FROM event AS told
        WHERE $18::text IS NULL AND told.collection = $1 AND told.document_id = $16
        OFFSET 0
    ) AS found
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.document_id, told.sort_first, told.sort_last, told.first_day, told.last_day, told.type, told.mode,
               told.modality, told.topics, told.actor_ids, told.place, told.words, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = found.event_id
        OFFSET 0
    ) AS event
    CROSS JOIN LATERAL (
        SELECT shown.shown_to
        FROM timeline AS shown
        WHERE shown.collection = $1 AND shown.sort_first = event.sort_first AND shown.sort_last = event.sort_last
          AND shown.event_id = event.event_id
        OFFSET 0
    ) AS line
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.shown_to IS NULL
      AND (event.sort_first, event.sort_last, event.event_id) > ($3::bigint, $4::bigint, $5::text COLLATE "C")
      AND ($7::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $7)
      AND ($8::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $8)
      AND ($9::boolean IS NULL OR (event.first_day IS NULL AND event.last_day IS NULL) = $9)
      AND ($10::text[] IS NULL OR event.type = ANY ($10))
      AND ($11::text[] IS NULL OR event.mode = ANY ($11))
      AND ($12::text[] IS NULL OR event.modality = ANY ($12))
      AND ($13::text[] IS NULL OR event.topics @> $13)
      AND ($14::text[] IS NULL OR event.actor_ids @> $14)
      AND ($15::text IS NULL OR strpos(lower(event.place), lower($15)) > 0)
      AND ($16::text IS NULL OR event.document_id = $16)
      AND ($17::text IS NULL OR lower(document.publisher) = lower($17))
      AND ($18::text IS NULL OR event.words @@ websearch_to_tsquery('simple', $18))
    ORDER BY event.sort_first, event.sort_last, event.event_id
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first, entry.sort_last, entry.event_id;

-- name: timeline_found_backwards
-- One page of the events that the words $18 find, else those of the document $16, latest first, before the key ($3, $4, $5).
-- $1 collection text, $2 subject text, $3 after_first bigint, $4 after_last bigint, $5 after_id text, $6 size bigint,
-- $7 from_day bigint, $8 to_day bigint, $9 undated boolean, $10 types text[], $11 modes text[], $12 modalities text[],
-- $13 topics text[], $14 actors text[], $15 place text, $16 document text, $17 publisher text, $18 words text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, $2::text AS subject,
       entry.sort_first, entry.sort_last, entry.event_id, entry.item, entry.brief
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT event.sort_first, event.sort_last, event.event_id, event.item, document.brief
    FROM (
        SELECT worded.event_id FROM event AS worded
        WHERE $18::text IS NOT NULL AND worded.collection = $1 AND worded.words @@ websearch_to_tsquery('simple', $18)
        UNION ALL
        SELECT told.event_id FROM event AS told
        WHERE $18::text IS NULL AND told.collection = $1 AND told.document_id = $16
        OFFSET 0
    ) AS found
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.document_id, told.sort_first, told.sort_last, told.first_day, told.last_day, told.type, told.mode,
               told.modality, told.topics, told.actor_ids, told.place, told.words, told.item
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = found.event_id
        OFFSET 0
    ) AS event
    CROSS JOIN LATERAL (
        SELECT shown.shown_to
        FROM timeline AS shown
        WHERE shown.collection = $1 AND shown.sort_first = event.sort_first AND shown.sort_last = event.sort_last
          AND shown.event_id = event.event_id
        OFFSET 0
    ) AS line
    LEFT JOIN LATERAL (
        SELECT source.brief, source.publisher
        FROM document AS source
        WHERE source.collection = $1 AND source.document_id = event.document_id
        OFFSET 0
    ) AS document ON true
    WHERE line.shown_to IS NULL
      AND (event.sort_first, event.sort_last, event.event_id) < ($3::bigint, $4::bigint, $5::text COLLATE "C")
      AND ($7::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $7)
      AND ($8::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $8)
      AND ($9::boolean IS NULL OR (event.first_day IS NULL AND event.last_day IS NULL) = $9)
      AND ($10::text[] IS NULL OR event.type = ANY ($10))
      AND ($11::text[] IS NULL OR event.mode = ANY ($11))
      AND ($12::text[] IS NULL OR event.modality = ANY ($12))
      AND ($13::text[] IS NULL OR event.topics @> $13)
      AND ($14::text[] IS NULL OR event.actor_ids @> $14)
      AND ($15::text IS NULL OR strpos(lower(event.place), lower($15)) > 0)
      AND ($16::text IS NULL OR event.document_id = $16)
      AND ($17::text IS NULL OR lower(document.publisher) = lower($17))
      AND ($18::text IS NULL OR event.words @@ websearch_to_tsquery('simple', $18))
    ORDER BY event.sort_first DESC, event.sort_last DESC, event.event_id DESC
    LIMIT $6
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.sort_first DESC, entry.sort_last DESC, entry.event_id DESC;

-- name: stand
-- How far the tables are, beside the log's head, and whether their projector has stopped.
-- $1 collection text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, head.position AS head_position,
       head.stream_sequence, coalesce(progress.error, '') AS error,
       coalesce(build.version, 0) AS version
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN projection.build ON build.projection = 'timelines' AND build.build = current.build
WHERE head.collection = $1;

-- name: search_actors
-- Actors with a name that holds every word of $2, most told of first, after the key ($3, $4).
-- $1 collection text, $2 words text[], $3 after_count integer, $4 after_id text, $5 size bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position,
       entry.actor_id, entry.name, entry.kind, entry.country, entry.sector, entry.office, entry.event_count, entry.names
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT actor.actor_id, actor.name, actor.kind, actor.country, actor.sector, actor.office, actor.event_count,
           (SELECT coalesce(json_agg(json_build_object('name', known.name, 'event_count', known.event_count)
                                     ORDER BY known.event_count DESC, known.name), '[]')
            FROM actor_name AS known
            WHERE known.collection = actor.collection AND known.actor_id = actor.actor_id) AS names
    FROM actor
    WHERE actor.collection = $1 AND actor.event_count > 0
      AND (actor.event_count, actor.actor_id) < ($3::integer, $4::text COLLATE "C")
      AND (cardinality($2::text[]) = 0 OR actor.actor_id IN (
          SELECT meant.actor_id
          FROM actor_name AS meant
          WHERE meant.collection = $1
            AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS word WHERE strpos(meant.search_key, word) = 0)))
    ORDER BY actor.event_count DESC, actor.actor_id DESC
    LIMIT $5
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.event_count DESC, entry.actor_id DESC;

-- name: find_actor
-- One actor with all its names; no actor_id where there is none.
-- $1 collection text, $2 actor text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position,
       actor.actor_id, actor.name, actor.kind, actor.country, actor.sector, actor.office, actor.event_count,
       (SELECT coalesce(json_agg(json_build_object('name', known.name, 'event_count', known.event_count)
                                 ORDER BY known.event_count DESC, known.name), '[]')
        FROM actor_name AS known
        WHERE known.collection = actor.collection AND known.actor_id = actor.actor_id) AS names
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN actor ON actor.collection = head.collection AND actor.actor_id = $2
WHERE head.collection = $1;

-- name: list_topics
-- The topics that events have, after the slug $2.
-- $1 collection text, $2 after_topic text, $3 size bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position, entry.topic, entry.event_count
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT topic.topic, topic.event_count
    FROM topic
    WHERE topic.collection = $1 AND topic.topic > $2 COLLATE "C" AND topic.event_count > 0
    ORDER BY topic.topic
    LIMIT $3
) AS entry ON true
WHERE head.collection = $1
ORDER BY entry.topic;

-- name: find_event
-- One event with its document and the completions that list it; no item where none is, or no completion lists it yet.
-- $1 collection text, $2 event text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position,
       found.recorded_position, found.shown, found.item, found.brief, found.document_position, found.completions
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT event.position AS recorded_position, line.event_id IS NOT NULL AS shown,
           event.item, document.brief, document.position AS document_position, listed.completions
    FROM event
    LEFT JOIN timeline AS line ON line.collection = event.collection AND line.sort_first = event.sort_first
                         AND line.sort_last = event.sort_last AND line.event_id = event.event_id AND line.shown_to IS NULL
    LEFT JOIN document ON document.collection = event.collection AND document.document_id = event.document_id
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('id', completion.completion_id, 'position', completion.position,
                                          'role', completion.role, 'shown', completion.shown,
                                          'extractor', convert_from(completion.extractor, 'UTF8')::json)
                        ORDER BY completion.position) AS completions
        FROM completion
        WHERE completion.collection = event.collection AND completion.document_id = event.document_id
          AND completion.event_ids @> ARRAY[event.event_id]
    ) AS listed
    WHERE event.collection = $1 AND event.event_id = $2 AND listed.completions IS NOT NULL
) AS found ON true
WHERE head.collection = $1;

-- name: find_document
-- One document with its completions and the events of it that are shown; no brief where none is, or none complete.
-- $1 collection text, $2 document text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position,
       found.recorded_position, found.reading_position, found.event_count, found.brief, found.completions, found.event_ids
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT document.position AS recorded_position, document.reading_position, document.event_count, document.brief,
           listed.completions, shown.event_ids
    FROM document
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('id', completion.completion_id, 'position', completion.position,
                                          'role', completion.role, 'shown', completion.shown,
                                          'event_count', cardinality(completion.event_ids),
                                          'extractor', convert_from(completion.extractor, 'UTF8')::json)
                        ORDER BY completion.position) AS completions
        FROM completion
        WHERE completion.collection = document.collection AND completion.document_id = document.document_id
    ) AS listed
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(event.event_id ORDER BY event.sort_first, event.sort_last, event.event_id),
                        '{}') AS event_ids
        FROM event
        CROSS JOIN LATERAL (
            SELECT
            FROM timeline
            WHERE timeline.collection = event.collection AND timeline.sort_first = event.sort_first
              AND timeline.sort_last = event.sort_last AND timeline.event_id = event.event_id
              AND timeline.shown_to IS NULL
            OFFSET 0
        ) AS line
        WHERE event.collection = document.collection AND event.document_id = document.document_id
    ) AS shown
    WHERE document.collection = $1 AND document.document_id = $2 AND listed.completions IS NOT NULL
) AS found ON true
WHERE head.collection = $1;

-- name: histogram
-- How many events have each pair of first and last day. Of the topics $3 and actors $4 an event must have all.
-- $1 collection text, $2 actor text, $3 topics text[], $4 actors text[], $5 from_day bigint, $6 to_day bigint
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position,
       spread.first_day, spread.last_day, spread.event_count
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
LEFT JOIN LATERAL (
    SELECT event.first_day, event.last_day, count(*) AS event_count
    FROM timeline AS line
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.first_day, told.last_day, told.topics, told.actor_ids
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    WHERE line.collection = $1 AND line.shown_to IS NULL
      AND ($2::text IS NULL OR event.event_id IN (
          SELECT acting.event_id FROM actor_timeline AS acting
          WHERE acting.collection = $1 AND acting.actor_id = $2 AND acting.shown_to IS NULL))
      AND ($3::text[] IS NULL OR event.topics @> $3)
      AND ($4::text[] IS NULL OR event.actor_ids @> $4)
      AND ($5::bigint IS NULL OR event.last_day IS NULL OR event.last_day >= $5)
      AND ($6::bigint IS NULL OR event.first_day IS NULL OR event.first_day <= $6)
    GROUP BY event.first_day, event.last_day
) AS spread ON true
WHERE head.collection = $1;

-- name: count_collection
-- What a collection holds. A document without a completion is one whose batches have not all come.
-- $1 collection text
SELECT current.build, head.lineage, coalesce(progress.position, 0) AS position,
       (SELECT count(*) FROM document WHERE document.collection = $1) AS documents,
       (SELECT count(*) FROM document
        WHERE document.collection = $1
          AND NOT EXISTS (SELECT FROM completion WHERE completion.collection = $1
                                                   AND completion.document_id = document.document_id)) AS documents_incomplete,
       (SELECT count(*) FROM timeline AS line WHERE line.collection = $1 AND line.shown_to IS NULL) AS events,
       (SELECT count(*) FROM actor WHERE actor.collection = $1 AND actor.event_count > 0) AS actors
FROM log.head
JOIN projection.current ON current.projection = 'timelines'
LEFT JOIN progress ON progress.collection = head.collection
WHERE head.collection = $1;
