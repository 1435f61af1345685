-- name: list_dead_letters
-- Dead letters after the key ($2, $3), in the order in which they came; without their bytes.
-- $1 collection text, $2 after_created text, $3 after_sequence bigint, $4 size bigint
SELECT dead_letter.stream_created, dead_letter.stream_sequence, dead_letter.subject, dead_letter.reason,
       length(dead_letter.raw) AS size_bytes,
       ARRAY(SELECT resent.resent_sequence FROM log.dead_letter_resent AS resent
             WHERE resent.collection = $1 AND resent.stream_created = dead_letter.stream_created
               AND resent.stream_sequence = dead_letter.stream_sequence
             ORDER BY resent.resent_sequence) AS resent_as
FROM log.dead_letter
WHERE dead_letter.collection = $1
  AND (dead_letter.stream_created, dead_letter.stream_sequence) > ($2::text, $3::bigint)
ORDER BY dead_letter.stream_created, dead_letter.stream_sequence
LIMIT $4;

-- name: find_dead_letter
-- One dead letter with its bytes; of several streams that had this sequence, the newest one's.
-- $1 collection text, $2 sequence bigint
SELECT dead_letter.stream_created, dead_letter.stream_sequence, dead_letter.subject, dead_letter.reason,
       length(dead_letter.raw) AS size_bytes, dead_letter.raw,
       ARRAY(SELECT resent.resent_sequence FROM log.dead_letter_resent AS resent
             WHERE resent.collection = $1 AND resent.stream_created = dead_letter.stream_created
               AND resent.stream_sequence = dead_letter.stream_sequence
             ORDER BY resent.resent_sequence) AS resent_as
FROM log.dead_letter
WHERE dead_letter.collection = $1 AND dead_letter.stream_sequence = $2
ORDER BY dead_letter.stream_created DESC
LIMIT 1;

-- name: count_faults
-- How many messages of a collection could not be read, and how many known ids came again with another body.
-- $1 collection text
SELECT (SELECT count(*) FROM log.dead_letter WHERE dead_letter.collection = $1) AS dead_letters,
       (SELECT count(*) FROM log.id_conflict WHERE id_conflict.collection = $1) AS id_conflicts;
