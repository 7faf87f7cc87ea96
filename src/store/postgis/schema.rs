//! The tables, and how an older database is brought up to date.
//!
//! Other programs may edit the layer too: QGIS saves straight into `incidents`. Our connections say
//! who they are with the setting `oqiga.writing`; a change on any other connection is recorded by a
//! trigger as a revision and marks the row `edited_elsewhere` with 1, so that its columns count more
//! than its JSON from then on. Any other mark but 0 keeps a report from overwriting the row.
//!
//! Numbers of revisions are handed out by the one row of `feed`, which a writer holds from then on
//! until its transaction ends. So they become visible in their order, on the primary and on every
//! replica, and whoever has seen a number has seen all before it: a sequence would not do, since a
//! slow transaction with a small number may end after a quick one with a large number.

use deadpool_postgres::Object;

use super::super::StoreError;
use super::super::geopackage::{COLUMNS, Kind};
use super::link::Trouble;

/// The schema that this program writes. Every change to the tables adds one and a step to [`steps`].
pub const VERSION: i64 = 1;

/// Held while tables are made or changed, so that two programs that start at once do not do it twice.
const MIGRATION_LOCK: i64 = 0x6f71_6967_6100;

/// The version of the tables, or `None` when there are none of ours.
pub async fn version(client: &Object, schema: &str) -> Result<Option<i64>, Trouble> {
    let ours: bool = client.query_one("SELECT to_regclass($1::text || '.settings') IS NOT NULL", &[&schema]).await?.get(0);
    if !ours {
        return Ok(None);
    }
    let value = client.query_opt("SELECT value FROM settings WHERE name = 'schema'", &[]).await?;
    Ok(value.and_then(|row| row.get::<_, String>(0).parse().ok()))
}

/// Makes the tables, or brings older ones up to [`VERSION`], one step a version, all or nothing.
pub async fn migrate(client: &mut Object, schema: &str, shown: &str, new_id: &str) -> Result<(), Trouble> {
    let transaction = client.transaction().await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await?;
    let there = transaction.query_one("SELECT to_regnamespace($1::text) IS NOT NULL", &[&schema]).await?.get::<_, bool>(0);
    if !there {
        // A name of small letters, digits and _ only, as the address was checked for.
        transaction.batch_execute(&format!("CREATE SCHEMA {schema}")).await?;
    }
    let ours: bool = transaction.query_one("SELECT to_regclass(current_schema() || '.settings') IS NOT NULL", &[]).await?.get(0);
    let found: i64 = if ours {
        let value = transaction.query_opt("SELECT value FROM settings WHERE name = 'schema'", &[]).await?;
        value.and_then(|row| row.get::<_, String>(0).parse().ok()).ok_or_else(|| StoreError::Postgres {
            store: shown.to_owned(),
            why: format!("the schema {schema} holds tables of another program; choose another with schema=NAME"),
        })?
    } else {
        0
    };
    if found > VERSION {
        return Err(StoreError::Newer { path: shown.into(), found, known: VERSION }.into());
    }
    for step in steps().into_iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.batch_execute(&step).await?;
    }
    if found == 0 {
        transaction.execute("INSERT INTO settings VALUES ('id', $1)", &[&new_id]).await?;
    }
    if found < VERSION {
        transaction
            .execute(
                "INSERT INTO settings VALUES ('schema', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                &[&VERSION.to_string()],
            )
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// What leads from each version to the next, beginning with nothing.
fn steps() -> Vec<String> {
    vec![first()]
}

/// The type of a flat column.
fn sql(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Words => "text",
        Kind::Integer => "bigint",
        Kind::Real => "double precision",
        Kind::Date => "date",
    }
}

fn first() -> String {
    let columns: String = COLUMNS.iter().map(|(name, kind)| format!("  {name} {},\n", sql(*kind))).collect();
    FIRST.replace("{columns}", &columns)
}

const FIRST: &str = "
CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;

CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL);

-- One row: the last revision, how much is kept.
CREATE TABLE feed (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  last bigint NOT NULL,
  documents bigint NOT NULL,
  incidents bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
INSERT INTO feed VALUES (true, 0, 0, 0);

CREATE TABLE documents (
  fid bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  fingerprint text NOT NULL,
  title text,
  text text NOT NULL,
  published date,
  lang text NOT NULL,
  source text,
  url text,
  country text,
  diagnostics json,
  content text,
  added timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX documents_content ON documents (content);

-- What a service needs beside the data: who may do what, and how far each source was read.
CREATE TABLE tokens (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  hash bytea NOT NULL UNIQUE,
  role text NOT NULL,
  created timestamptz NOT NULL,
  revoked timestamptz
);
CREATE TABLE sources (
  name text PRIMARY KEY,
  url text NOT NULL,
  etag text,
  last_modified text,
  checked timestamptz,
  next timestamptz,
  failures bigint NOT NULL DEFAULT 0,
  error text
);

-- Layer incidents, a partition a month. Nothing is required, so that a point drawn in QGIS can be
-- saved. The month is where a row lies; date_start is what it says.
CREATE SEQUENCE incidents_fid;
CREATE TABLE incidents (
  fid bigint NOT NULL DEFAULT nextval('incidents_fid'),
  month date NOT NULL DEFAULT '0001-01-01',
  geom geometry(Point, 4326),
  id text,
{columns}  properties json,
  edited_elsewhere int NOT NULL DEFAULT 0,
  PRIMARY KEY (fid, month)
) PARTITION BY RANGE (month);
CREATE TABLE incidents_undated PARTITION OF incidents FOR VALUES FROM (MINVALUE) TO ('1900-01-01');
CREATE TABLE incidents_later PARTITION OF incidents FOR VALUES FROM ('2100-01-01') TO (MAXVALUE);
CREATE INDEX incidents_geom ON incidents USING gist (geom);
CREATE INDEX incidents_date_start ON incidents USING brin (date_start);

-- Where an incident lies; also what makes its id the only one over all partitions.
CREATE TABLE incident_keys (id text PRIMARY KEY, fid bigint NOT NULL, month date NOT NULL, doc_id text);
CREATE INDEX incident_keys_doc_id ON incident_keys (doc_id);

CREATE TABLE revisions (
  number bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  what text NOT NULL,
  id text NOT NULL,
  action text NOT NULL,
  before json,
  after json
);
CREATE INDEX revisions_id ON revisions (id);
CREATE INDEX revisions_at ON revisions USING brin (at);

CREATE FUNCTION make_month(wanted date) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  part text := 'incidents_' || to_char(wanted, 'YYYY_MM');
BEGIN
  -- Not to_regclass: it remembers what was not there, and another program may have made it since.
  IF EXISTS (SELECT FROM pg_class WHERE relname = part AND relnamespace = current_schema()::regnamespace) THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext(current_schema() || '.incidents'));
  IF EXISTS (SELECT FROM pg_class WHERE relname = part AND relnamespace = current_schema()::regnamespace) THEN RETURN; END IF;
  -- Made beside the table and put in whole, which holds up neither readers nor writers.
  EXECUTE format('CREATE TABLE %I (LIKE incidents INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
  EXECUTE format('ALTER TABLE incidents ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, wanted, (wanted + interval '1 month')::date);
END $$;

CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'revisions are only ever added to';
END $$;
CREATE TRIGGER revisions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON revisions EXECUTE FUNCTION only_added_to();

CREATE FUNCTION log_edit(edited text, done text, was jsonb, became jsonb, more int) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  number bigint;
BEGIN
  UPDATE feed SET last = last + 1, incidents = incidents + more RETURNING last INTO number;
  INSERT INTO revisions VALUES (number, clock_timestamp(), 'another program', 'edited in the database by ' || session_user,
    'incident', edited, done, was::json, became::json);
  PERFORM pg_notify('oqiga_' || current_schema(), number::text);
END $$;

-- The layer belongs to whoever may write it; the trail is written with the rights of its owner.
CREATE FUNCTION log_edits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  was jsonb; became jsonb; name text;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    was := to_jsonb(OLD) - '{geom,properties,fid,month,edited_elsewhere,id}'::text[]
      || jsonb_build_object('lon', ST_X(OLD.geom), 'lat', ST_Y(OLD.geom));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    became := to_jsonb(NEW) - '{geom,properties,fid,month,edited_elsewhere,id}'::text[]
      || jsonb_build_object('lon', ST_X(NEW.geom), 'lat', ST_Y(NEW.geom));
    name := coalesce(NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.id END, 'edit-' || NEW.fid);
    -- Marking the row is not an edit.
    PERFORM set_config('oqiga.writing', 'on', true);
    UPDATE incidents SET id = name, edited_elsewhere = 1 WHERE fid = NEW.fid AND month = NEW.month;
    PERFORM set_config('oqiga.writing', 'off', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO incident_keys VALUES (name, NEW.fid, NEW.month, NEW.doc_id);
    PERFORM log_edit(name, 'create', NULL, became, 1);
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM incident_keys WHERE id = OLD.id;
    PERFORM log_edit(OLD.id, 'delete', was, NULL, -1);
  ELSE
    UPDATE incident_keys SET id = name, fid = NEW.fid, month = NEW.month, doc_id = NEW.doc_id WHERE id = OLD.id;
    IF name <> OLD.id THEN
      PERFORM log_edit(OLD.id, 'update', was, became, 0);
    END IF;
    PERFORM log_edit(name, 'update', was, became, 0);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER log_inserts AFTER INSERT OR DELETE ON incidents FOR EACH ROW
  WHEN (current_setting('oqiga.writing', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION log_edits();
CREATE TRIGGER log_updates AFTER UPDATE ON incidents FOR EACH ROW
  WHEN (current_setting('oqiga.writing', true) IS DISTINCT FROM 'on' AND OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION log_edits();
";
