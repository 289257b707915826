/// The third version of the database's structure: the change log says since when a change has been in effect, and what an
/// offer cost that came or went; what workers keep about their common work.
enum SchemaVersion3 {
  static let sql = syncTables + effectiveDates + functions

  /// No trigger takes the catalog's write lock for these: a long import must not stop a lease from being prolonged.
  private static let syncTables = """
    CREATE TABLE modelcatalog.leases (
      name text COLLATE "C" PRIMARY KEY,
      token text COLLATE "C" NOT NULL,
      expires_at timestamptz NOT NULL
    );

    CREATE TABLE modelcatalog.sync_records (
      kind text COLLATE "C" NOT NULL,
      name text COLLATE "C" NOT NULL,
      value json NOT NULL,
      updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (kind, name)
    );

    """

  private static let effectiveDates = """
    ALTER TABLE modelcatalog.changes ADD COLUMN effective_at timestamptz(3);
    UPDATE modelcatalog.changes SET effective_at = at;
    ALTER TABLE modelcatalog.changes
      ALTER COLUMN effective_at SET NOT NULL, ALTER COLUMN effective_at SET DEFAULT clock_timestamp();
    CREATE INDEX changes_by_offer ON modelcatalog.changes (provider, offer, sequence);

    """

  /// A trigger function that knows when it runs and since when what it logs has been in effect: since the list was observed,
  /// where an import says so in the setting `modelcatalog.observed_at`.
  private static func trigger(_ name: String, _ body: String) -> String {
    """
    CREATE OR REPLACE FUNCTION modelcatalog.\(name)() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = modelcatalog, pg_temp AS $$
    DECLARE
      moment timestamptz(3) := clock_timestamp();
      effective timestamptz(3) :=
        least(nullif(current_setting('modelcatalog.observed_at', true), '')::timestamptz(3), moment);
    BEGIN
      \(body)
      RETURN NULL;
    END $$;

    """
  }

  /// A statement that logs the offers of a set of rows that came or went, with what they cost.
  private static func log(_ kind: String, _ rows: String, where condition: String = "true") -> String {
    let column = kind == "added" ? "new_value" : "old_value"
    return """
      INSERT INTO changes (provider, offer, kind, \(column), revision, at, effective_at)
        SELECT entry.provider, entry.id, '\(kind)', entry.pricing::text, revisions.revision, moment, effective
        FROM \(rows) AS entry JOIN revisions ON revisions.provider = entry.provider
        WHERE \(condition) ORDER BY entry.provider, entry.id;
      """
  }

  private static func missing(in rows: String) -> String {
    "NOT EXISTS (SELECT 1 FROM \(rows) AS other WHERE other.provider = entry.provider AND other.id = entry.id)"
  }

  private static func addProviders(of rows: String) -> String {
    """
    INSERT INTO providers (slug, name) SELECT DISTINCT provider, provider FROM \(rows) ORDER BY 1 ON CONFLICT DO NOTHING;
    """
  }

  private static let functions =
    trigger(
      "offers_added",
      """
      \(addProviders(of: "added"))
      PERFORM raise_revisions((SELECT array_agg(DISTINCT provider) FROM added));
      \(log("added", "added"))
      """)
    + trigger(
      "offers_removed",
      """
      PERFORM raise_revisions((SELECT array_agg(DISTINCT provider) FROM removed));
      \(log("removed", "removed"))
      """)
    + trigger("offers_changed", offersChanged)

  private static let isChanged =
    "\(SchemaVersion1.row("prior")) IS DISTINCT FROM \(SchemaVersion1.row("posterior"))"

  /// Rows before and after are matched by their keys: an offer with a new key is one that was removed and one that was
  /// added.
  private static let offersChanged = """
    \(addProviders(of: "after"))
      PERFORM raise_revisions((
        SELECT array_agg(DISTINCT coalesce(prior.provider, posterior.provider))
        FROM before AS prior FULL JOIN after AS posterior ON prior.provider = posterior.provider AND prior.id = posterior.id
        WHERE prior.id IS NULL OR posterior.id IS NULL OR \(isChanged)));
      \(log("removed", "before", where: missing(in: "after")))
      \(log("added", "after", where: missing(in: "before")))
      INSERT INTO changes (provider, offer, kind, field, old_value, new_value, revision, at, effective_at)
        SELECT posterior.provider, posterior.id, 'changed', entry.field, entry.old_value, entry.new_value,
          revisions.revision, moment, effective
        FROM before AS prior
        JOIN after AS posterior ON posterior.provider = prior.provider AND posterior.id = prior.id
        JOIN revisions ON revisions.provider = posterior.provider
        CROSS JOIN LATERAL (
          SELECT * FROM (VALUES
          \(SchemaVersion1.changedColumns)) AS columns (place, field, old_value, new_value)
          UNION ALL
          SELECT 100, 'pricing.' || coalesce(was.key, is_now.key), was.value, is_now.value
          FROM json_each_text(prior.pricing) AS was FULL JOIN json_each_text(posterior.pricing) AS is_now ON was.key = is_now.key
          WHERE prior.pricing::text <> posterior.pricing::text AND coalesce(was.key, is_now.key) <> 'raw'
        ) AS entry
        WHERE \(isChanged) AND entry.old_value IS DISTINCT FROM entry.new_value
        ORDER BY posterior.provider, posterior.id, entry.place, entry.field;
    """
}
