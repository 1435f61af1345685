-- The tables of one build of the group `timelines`, made in the schema that the search path names.
-- Ids are texts in base32. first_day and last_day are proleptic Gregorian day numbers (day 1 is 0001-01-01), NULL where open or
-- unknown; sort_first and sort_last are the same with the open ends filled, 9223372036854775807 where nothing is known.
-- shown_from is the position from which a row is true, shown_to the one before which it was (NULL: it still is).

CREATE TABLE document (
    collection text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    reading_position bigint,
    title text NOT NULL,
    publisher text NOT NULL,
    url text NOT NULL,
    published text NOT NULL,
    language text NOT NULL,
    event_count integer NOT NULL DEFAULT 0,
    brief bytea NOT NULL,
    CONSTRAINT document_pkey PRIMARY KEY (collection, document_id)
);
COMMENT ON COLUMN document.reading_position IS 'Where the reading that is shown was completed; NULL while none is.';
COMMENT ON COLUMN document.brief IS 'JSON: the document without its text.';

CREATE TABLE completion (
    collection text COLLATE "C" NOT NULL,
    completion_id text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    role text NOT NULL,
    shown boolean NOT NULL,
    extractor bytea NOT NULL,
    event_ids text[] NOT NULL,
    CONSTRAINT completion_pkey PRIMARY KEY (collection, completion_id)
);
CREATE INDEX completion_by_document ON completion (document_id, collection, position);

CREATE TABLE event (
    collection text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    type text NOT NULL,
    mode text NOT NULL,
    kind text NOT NULL,
    modality text NOT NULL,
    place text NOT NULL,
    topics text[] NOT NULL,
    actor_ids text[] NOT NULL,
    date text NOT NULL,
    precision text NOT NULL,
    first_day bigint,
    last_day bigint,
    sort_first bigint NOT NULL,
    sort_last bigint NOT NULL,
    words tsvector NOT NULL,
    item bytea NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (collection, event_id)
);
COMMENT ON COLUMN event.item IS 'JSON: the event, its position, days, words for its date and the ids of its actors.';
-- Not by the collection first: of one without statistics the planner thinks that any index will do.
CREATE INDEX event_by_document ON event (document_id, collection);
CREATE INDEX event_by_words ON event USING gin (words);

-- Showing an event adds a narrow row here: to note it on the event itself would write the event and all its indices again.
CREATE TABLE timeline (
    collection text COLLATE "C" NOT NULL,
    sort_first bigint NOT NULL,
    sort_last bigint NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    shown_from bigint NOT NULL,
    shown_to bigint,
    CONSTRAINT timeline_pkey PRIMARY KEY (collection, sort_first, sort_last, event_id)
);
COMMENT ON TABLE timeline IS 'All events that are or were shown, in the order in which they happened.';

CREATE TABLE awaited_event (
    collection text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    CONSTRAINT awaited_event_pkey PRIMARY KEY (collection, event_id)
);
COMMENT ON TABLE awaited_event IS 'Events that a shown completion lists and that have not come: they are shown when they do.';

CREATE TABLE event_participant (
    collection text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    sector text NOT NULL,
    office text NOT NULL,
    aliases text[] NOT NULL,
    alias_keys text[] NOT NULL,
    CONSTRAINT event_participant_names_paired CHECK (cardinality(aliases) = cardinality(alias_keys)),
    CONSTRAINT event_participant_pkey PRIMARY KEY (collection, event_id, number)
);

CREATE TABLE actor (
    collection text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    sector text NOT NULL,
    office text NOT NULL,
    shown_from bigint NOT NULL,
    event_count integer NOT NULL,
    CONSTRAINT actor_pkey PRIMARY KEY (collection, actor_id)
);
CREATE INDEX actor_by_count ON actor (collection, event_count, actor_id);

CREATE TABLE actor_name (
    collection text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    search_key text COLLATE "C" NOT NULL,
    event_count integer NOT NULL,
    CONSTRAINT actor_name_pkey PRIMARY KEY (collection, actor_id, name)
);
COMMENT ON COLUMN actor_name.search_key IS 'The name folded for search: case and diacritics removed by a pinned Unicode table.';

CREATE TABLE actor_timeline (
    collection text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    sort_first bigint NOT NULL,
    sort_last bigint NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    shown_from bigint NOT NULL,
    shown_to bigint,
    CONSTRAINT actor_timeline_pkey PRIMARY KEY (collection, actor_id, sort_first, sort_last, event_id)
);

CREATE TABLE topic (
    collection text COLLATE "C" NOT NULL,
    topic text COLLATE "C" NOT NULL,
    event_count integer NOT NULL,
    CONSTRAINT topic_pkey PRIMARY KEY (collection, topic)
);

CREATE TABLE topic_timeline (
    collection text COLLATE "C" NOT NULL,
    topic text COLLATE "C" NOT NULL,
    sort_first bigint NOT NULL,
    sort_last bigint NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    shown_from bigint NOT NULL,
    shown_to bigint,
    CONSTRAINT topic_timeline_pkey PRIMARY KEY (collection, topic, sort_first, sort_last, event_id)
);
