-- The tables of an index (see musicrec_tui/dataset/index/schema.py) from a ListenBrainz dump, in plain SQL: give codes to
-- users and artists, read the listens in the order of users, aggregate, order. An artist is its `artist_credit_id`, else
-- its name in lower case. $files is the list of Parquet files.

CREATE TEMP TABLE artist_code AS
SELECT CAST(row_number() OVER (ORDER BY key) - 1 AS INTEGER) AS code, key, arg_max(name, listens) AS name, min(mbid) AS mbid
FROM (
    SELECT coalesce(CAST(artist_credit_id AS VARCHAR), lower(artist_name)) AS key, artist_name AS name,
        min(artist_credit_mbids[1]) AS mbid, count(*) AS listens
    FROM read_parquet($files) GROUP BY ALL)
GROUP BY key;

CREATE TEMP TABLE user_code AS
SELECT CAST(row_number() OVER (ORDER BY user_id) - 1 AS INTEGER) AS code, user_id
FROM (SELECT DISTINCT user_id FROM read_parquet($files));

CREATE TABLE listen AS
SELECT u.code AS user_code, listened_at, a.code AS artist_code, recording_name AS recording, release_name AS release,
    CAST(1 AS INTEGER) AS plays
FROM read_parquet($files) l JOIN user_code u ON u.user_id = l.user_id
JOIN artist_code a ON a.key = coalesce(CAST(artist_credit_id AS VARCHAR), lower(artist_name))
ORDER BY user_code, listened_at;

CREATE TABLE play AS
SELECT user_code, artist_code, CAST(sum(plays) AS BIGINT) AS plays, min(listened_at) AS first_at, max(listened_at) AS last_at
FROM listen GROUP BY user_code, artist_code ORDER BY user_code, artist_code;

CREATE TABLE play_by_artist AS SELECT * FROM play ORDER BY artist_code, plays DESC, user_code;

CREATE TABLE artist AS
SELECT code, key, name, lower(strip_accents(name)) AS search_name, mbid, listeners, listens, first_at, last_at
FROM artist_code JOIN (
    SELECT artist_code, CAST(count(*) AS INTEGER) AS listeners, CAST(sum(plays) AS BIGINT) AS listens,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM play GROUP BY artist_code) ON artist_code = code
ORDER BY code;

CREATE TABLE "user" AS
SELECT code, CAST(user_id AS VARCHAR) AS key, CAST(user_id AS VARCHAR) AS user_id, CAST(user_id AS VARCHAR) AS search_id,
    artists, listens, first_at, last_at, mainstream
FROM user_code JOIN (
    SELECT user_code, CAST(count(*) AS INTEGER) AS artists, CAST(sum(plays) AS BIGINT) AS listens,
        min(p.first_at) AS first_at, max(p.last_at) AS last_at,
        CAST(avg(listeners) / (SELECT count(*) FROM user_code) AS FLOAT) AS mainstream
    FROM play p JOIN artist a ON a.code = p.artist_code GROUP BY user_code) ON user_code = code
ORDER BY code;

CREATE TABLE user_month AS
SELECT user_code, month, listens, coalesce(new_artists, 0) AS new_artists
FROM (
    SELECT user_code, CAST(date_trunc('month', listened_at) AS DATE) AS month, CAST(sum(plays) AS BIGINT) AS listens
    FROM listen GROUP BY ALL)
LEFT JOIN (
    SELECT user_code, CAST(date_trunc('month', first_at) AS DATE) AS month, count(*) AS new_artists
    FROM play GROUP BY ALL) USING (user_code, month)
ORDER BY user_code, month;

CREATE TABLE artist_month AS
SELECT artist_code, CAST(date_trunc('month', listened_at) AS DATE) AS month, CAST(sum(plays) AS BIGINT) AS listens
FROM listen GROUP BY ALL ORDER BY ALL;

CREATE TABLE recording AS
SELECT artist_code, recording AS name, CAST(sum(plays) AS BIGINT) AS listens
FROM listen WHERE recording <> '' GROUP BY artist_code, recording ORDER BY artist_code;

CREATE TABLE release AS
SELECT artist_code, release AS name, CAST(sum(plays) AS BIGINT) AS listens
FROM listen WHERE release <> '' GROUP BY artist_code, release ORDER BY artist_code;
