-- The fold of the projection group `timelines`.
--
-- OFFSET 0 fixes the order of the joins, each a look-up by a whole key. Left to itself, the planner takes a collection of which it
-- has no statistics yet for one of a single row, and reads it whole for every row of a batch.

-- name: insert_documents
-- Add documents. What was shown of one before it came itself is counted here.
-- $1 collection text, $2 document_ids text[], $3 positions bigint[], $4 titles text[], $5 publishers text[], $6 urls text[],
-- $7 published text[], $8 languages text[], $9 briefs bytea[]
INSERT INTO document (collection, document_id, position, reading_position, title, publisher, url, published, language,
                      event_count, brief)
SELECT $1, new.document_id, new.position,
       (SELECT min(completion.position) FROM completion
        WHERE completion.collection = $1 AND completion.document_id = new.document_id
          AND completion.role = 'reading' AND completion.shown),
       new.title, new.publisher, new.url, new.published, new.language,
       (SELECT count(*) FROM event
        CROSS JOIN LATERAL (
            SELECT FROM timeline
            WHERE timeline.collection = $1 AND timeline.sort_first = event.sort_first
              AND timeline.sort_last = event.sort_last AND timeline.event_id = event.event_id
            OFFSET 0
        ) AS line
        WHERE event.collection = $1 AND event.document_id = new.document_id),
       new.brief
FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[])
    AS new (document_id, position, title, publisher, url, published, language, brief);

-- name: insert_events
-- Add events, hidden until a completion shows them. Lists of closed words come joined by commas.
-- $1 collection text, $2 event_ids text[], $3 positions bigint[], $4 document_ids text[], $5 types text[], $6 modes text[],
-- $7 kinds text[], $8 modalities text[], $9 places text[], $10 topics text[], $11 actor_ids text[], $12 dates text[],
-- $13 precisions text[], $14 first_days bigint[], $15 last_days bigint[], $16 sort_firsts bigint[], $17 sort_lasts bigint[],
-- $18 words text[], $19 items bytea[]
INSERT INTO event (collection, event_id, position, document_id, type, mode, kind, modality, place, topics, actor_ids, date,
                   precision, first_day, last_day, sort_first, sort_last, words, item)
SELECT $1, new.event_id, new.position, new.document_id, new.type, new.mode, new.kind, new.modality, new.place,
       string_to_array(new.topics, ','), string_to_array(new.actor_ids, ','), new.date, new.precision, new.first_day,
       new.last_day, new.sort_first, new.sort_last, to_tsvector('simple', new.words), new.item
FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
            $11::text[], $12::text[], $13::text[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[],
            $19::bytea[])
    AS new (event_id, position, document_id, type, mode, kind, modality, place, topics, actor_ids, date, precision,
            first_day, last_day, sort_first, sort_last, words, item);

-- name: read_documents
-- Return those of the documents whose reading is shown already.
-- $1 collection text, $2 document_ids text[]
SELECT DISTINCT document_id
FROM completion
WHERE collection = $1 AND document_id = ANY($2::text[]) AND role = 'reading' AND shown;

-- name: note_reading
-- Note of documents where the reading that is shown was completed.
-- $1 collection text, $2 document_ids text[], $3 positions bigint[]
UPDATE document SET reading_position = shown.position
FROM unnest($2::text[], $3::bigint[]) AS shown (document_id, position)
WHERE document.collection = $1 AND document.document_id = shown.document_id;

-- name: await_events
-- Remember those of the listed events that have not come yet.
-- $1 collection text, $2 event_ids text[]
INSERT INTO awaited_event (collection, event_id)
SELECT DISTINCT $1, listed.event_id
FROM unnest($2::text[]) AS listed (event_id)
WHERE NOT EXISTS (SELECT FROM event WHERE event.collection = $1 AND event.event_id = listed.event_id OFFSET 0)
ON CONFLICT (collection, event_id) DO NOTHING;

-- name: stop_awaiting
-- Return those of the events that were awaited, and forget them.
-- $1 collection text, $2 event_ids text[]
DELETE FROM awaited_event WHERE collection = $1 AND event_id = ANY($2::text[]) RETURNING event_id;

-- name: show_events
-- Show the listed events that are not shown yet, each from its own position or its completion's, whichever is later.
-- $1 collection text, $2 event_ids text[], $3 positions bigint[]
WITH listed AS (
    SELECT event_id, min(position) AS position
    FROM unnest($2::text[], $3::bigint[]) AS listed (event_id, position)
    GROUP BY event_id
)
INSERT INTO timeline (collection, sort_first, sort_last, event_id, shown_from)
SELECT $1, event.sort_first, event.sort_last, event.event_id, greatest(event.position, listed.position)
FROM listed
CROSS JOIN LATERAL (
    SELECT told.event_id, told.position, told.sort_first, told.sort_last
    FROM event AS told
    WHERE told.collection = $1 AND told.event_id = listed.event_id
    OFFSET 0
) AS event
ON CONFLICT ON CONSTRAINT timeline_pkey DO NOTHING
RETURNING event_id, shown_from;

-- name: count_documents_events
-- Count newly shown events in their documents.
-- $1 collection text, $2 event_ids text[]
UPDATE document SET event_count = document.event_count + shown.event_count
FROM (SELECT document_id, count(*) AS event_count FROM event
      WHERE collection = $1 AND event_id = ANY($2::text[]) GROUP BY document_id) AS shown
WHERE document.collection = $1 AND document.document_id = shown.document_id;

-- name: add_actors
-- Add the actors of newly shown events, or count these. An actor is described as its first shown event has it.
-- $1 collection text, $2 event_ids text[], $3 shown_from bigint[]
WITH shown AS (
    SELECT participant.actor_id, participant.name, participant.kind, participant.country, participant.sector,
           participant.office, participant.event_id, line.shown_from, event.position, participant.number
    FROM unnest($2::text[], $3::bigint[]) AS line (event_id, shown_from)
    CROSS JOIN LATERAL (
        SELECT told.position
        FROM event AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS event
    CROSS JOIN LATERAL (
        SELECT told.event_id, told.number, told.actor_id, told.name, told.kind, told.country, told.sector, told.office
        FROM event_participant AS told
        WHERE told.collection = $1 AND told.event_id = line.event_id
        OFFSET 0
    ) AS participant
),
described AS (
    SELECT DISTINCT ON (actor_id) actor_id, name, kind, country, sector, office, shown_from
    FROM shown
    ORDER BY actor_id, shown_from, position, number
),
counted AS (
    SELECT actor_id, count(DISTINCT event_id) AS event_count FROM shown GROUP BY actor_id
)
INSERT INTO actor (collection, actor_id, name, kind, country, sector, office, shown_from, event_count)
SELECT $1, described.actor_id, described.name, described.kind, described.country, described.sector, described.office,
       described.shown_from, counted.event_count
FROM described
JOIN counted ON counted.actor_id = described.actor_id
ON CONFLICT (collection, actor_id) DO UPDATE SET event_count = actor.event_count + excluded.event_count;

-- name: add_names
-- Add the names by which newly shown events call their actors, or count these.
-- $1 collection text, $2 event_ids text[]
INSERT INTO actor_name (collection, actor_id, name, search_key, event_count)
SELECT $1, participant.actor_id, alias.name, alias.search_key, count(DISTINCT participant.event_id)
FROM event_participant AS participant
CROSS JOIN LATERAL unnest(participant.aliases, participant.alias_keys) AS alias (name, search_key)
WHERE participant.collection = $1 AND participant.event_id = ANY($2::text[])
GROUP BY participant.actor_id, alias.name, alias.search_key
ON CONFLICT (collection, actor_id, name) DO UPDATE SET event_count = actor_name.event_count + excluded.event_count;

-- name: add_to_actor_timelines
-- Put newly shown events on the timelines of their actors.
-- $1 collection text, $2 event_ids text[], $3 shown_from bigint[]
INSERT INTO actor_timeline (collection, actor_id, sort_first, sort_last, event_id, shown_from)
SELECT $1, actor.actor_id, event.sort_first, event.sort_last, event.event_id, line.shown_from
FROM unnest($2::text[], $3::bigint[]) AS line (event_id, shown_from)
CROSS JOIN LATERAL (
    SELECT told.event_id, told.sort_first, told.sort_last, told.actor_ids
    FROM event AS told
    WHERE told.collection = $1 AND told.event_id = line.event_id
    OFFSET 0
) AS event
CROSS JOIN LATERAL unnest(event.actor_ids) AS actor (actor_id);

-- name: add_to_topic_timelines
-- Put newly shown events on the timelines of their topics.
-- $1 collection text, $2 event_ids text[], $3 shown_from bigint[]
INSERT INTO topic_timeline (collection, topic, sort_first, sort_last, event_id, shown_from)
SELECT $1, named.topic, event.sort_first, event.sort_last, event.event_id, line.shown_from
FROM unnest($2::text[], $3::bigint[]) AS line (event_id, shown_from)
CROSS JOIN LATERAL (
    SELECT told.event_id, told.sort_first, told.sort_last, told.topics
    FROM event AS told
    WHERE told.collection = $1 AND told.event_id = line.event_id
    OFFSET 0
) AS event
CROSS JOIN LATERAL unnest(event.topics) AS named (topic);

-- name: count_topics
-- Count newly shown events by topic.
-- $1 collection text, $2 event_ids text[]
INSERT INTO topic (collection, topic, event_count)
SELECT $1, named.topic, count(*)
FROM event
CROSS JOIN LATERAL unnest(event.topics) AS named (topic)
WHERE event.collection = $1 AND event.event_id = ANY($2::text[])
GROUP BY named.topic
ON CONFLICT (collection, topic) DO UPDATE SET event_count = topic.event_count + excluded.event_count;
