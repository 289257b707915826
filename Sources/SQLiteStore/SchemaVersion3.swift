/// The third version of the database's structure.
///
/// The change log says since when a change has been in effect, and what an offer cost that came or went. Fields of offers have
/// sources of their own. Implausible changes wait in a quarantine, operators override what providers say, and workers keep
/// something about their common work.
enum SchemaVersion3 {
  static let sql =
    provenance + syncTables + effectiveDates + offerTriggers + quarantine + overrides + providerTriggers

  /// The time of the database as every table keeps it; the same throughout one statement and its triggers.
  private static let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

  private static let provenance = """
    ALTER TABLE offers ADD COLUMN provenance TEXT NOT NULL DEFAULT '{}'
      CHECK (json_valid(provenance) AND json_type(provenance) = 'object');

    """

  private static let syncTables = """
    CREATE TABLE leases (
      name TEXT PRIMARY KEY NOT NULL,
      token TEXT NOT NULL,
      expires_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sync_records (
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL CHECK (json_valid(value)),
      updated_at TEXT NOT NULL DEFAULT (\(now)),
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID;

    """

  /// An import says in `import_moment` when its list was observed, for the triggers, and takes it back before it commits.
  private static let effectiveDates = """
    CREATE TABLE import_moment (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      observed_at TEXT NOT NULL
    ) STRICT;

    ALTER TABLE changes ADD COLUMN effective_at TEXT NOT NULL DEFAULT '';
    UPDATE changes SET effective_at = at;
    CREATE INDEX changes_by_offer ON changes (provider, offer, sequence);

    """

  /// A statement that logs what `rows` selects: field, old value and new value.
  private static func log(_ row: String, _ kind: String, _ rows: String) -> String {
    """
    INSERT INTO changes (provider, offer, kind, field, old_value, new_value, revision, at, effective_at)
      SELECT \(row).provider, \(row).id, '\(kind)', entry.*,
        (SELECT revision FROM revisions WHERE provider = \(row).provider), \(now),
        coalesce((SELECT min(observed_at, \(now)) FROM import_moment), \(now))
      FROM (\(rows)) AS entry;
    """
  }

  private static let added = log("NEW", "added", "SELECT NULL, NULL, NEW.pricing")
  private static let removed = log("OLD", "removed", "SELECT NULL, OLD.pricing, NULL")

  private static let addProvider = """
    INSERT INTO providers (slug, name)
      SELECT NEW.provider, NEW.provider WHERE NOT EXISTS (SELECT 1 FROM providers WHERE slug = NEW.provider);
    """

  private static let offerTriggers = """
    DROP TRIGGER offers_added;
    CREATE TRIGGER offers_added AFTER INSERT ON offers BEGIN
      \(addProvider)
      \(SchemaVersion1.raise("NEW.provider"))
      \(added)
    END;

    DROP TRIGGER offers_removed;
    CREATE TRIGGER offers_removed AFTER DELETE ON offers BEGIN
      \(SchemaVersion1.raise("OLD.provider"))
      \(removed)
    END;

    DROP TRIGGER offers_renamed;
    CREATE TRIGGER offers_renamed AFTER UPDATE OF provider, id ON offers
    WHEN OLD.provider <> NEW.provider OR OLD.id <> NEW.id BEGIN
      \(addProvider)
      \(SchemaVersion1.raise("OLD.provider"))
      \(removed)
      \(SchemaVersion1.raise("NEW.provider"))
      \(added)
    END;

    DROP TRIGGER offers_changed;
    CREATE TRIGGER offers_changed AFTER UPDATE ON offers
    WHEN OLD.provider = NEW.provider AND OLD.id = NEW.id
      AND \(SchemaVersion1.row("OLD")) IS NOT \(SchemaVersion1.row("NEW")) BEGIN
      \(SchemaVersion1.raise("NEW.provider"))
      \(log("NEW", "changed", """
        SELECT * FROM (
          \(SchemaVersion1.changedColumns)
          UNION ALL \(SchemaVersion1.changedPrices)
        ) WHERE old_value IS NOT new_value
        """))
    END;

    """

  private static let quarantine = """
    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      provider TEXT NOT NULL,
      offer TEXT NOT NULL,
      field TEXT NOT NULL,
      reason TEXT NOT NULL,
      message TEXT NOT NULL,
      is_held INTEGER NOT NULL CHECK (is_held IN (0, 1)),
      served_value TEXT,
      proposed_value TEXT,
      source TEXT,
      observed_at INTEGER,
      state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'accepted', 'rejected')),
      since TEXT NOT NULL DEFAULT (\(now)),
      decided_at TEXT,
      decided_by TEXT,
      UNIQUE (provider, offer, field)
    ) STRICT;

    """

  /// Statements that raise the revision and log that an override has another value.
  private static func logOverride(_ row: String, old: String, new: String) -> String {
    """
    \(SchemaVersion1.raise("\(row).provider"))
    INSERT INTO changes (provider, offer, kind, field, old_value, new_value, revision, at, effective_at)
      SELECT \(row).provider, \(row).offer, 'changed', 'override.' || \(row).member, \(old), \(new),
        revision, \(now), \(now)
      FROM revisions WHERE provider = \(row).provider;
    """
  }

  private static let overrides = """
    CREATE TABLE overrides (
      provider TEXT NOT NULL CHECK (\(SchemaVersion1.checkSlug("provider"))),
      offer TEXT NOT NULL CHECK (offer <> ''),
      member TEXT NOT NULL CHECK (
        member IN ('pricing', 'context_length', 'max_input', 'max_output', 'status', 'aliases', 'hidden')),
      value TEXT NOT NULL CHECK (json_valid(value)),
      note TEXT,
      set_by TEXT NOT NULL DEFAULT 'manual',
      set_at TEXT NOT NULL DEFAULT (\(now)),
      PRIMARY KEY (provider, offer, member)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER overrides_set AFTER INSERT ON overrides BEGIN
      \(logOverride("NEW", old: "NULL", new: "NEW.value"))
    END;

    CREATE TRIGGER overrides_ended AFTER DELETE ON overrides BEGIN
      \(logOverride("OLD", old: "OLD.value", new: "NULL"))
    END;

    CREATE TRIGGER overrides_changed AFTER UPDATE ON overrides
    WHEN (OLD.provider, OLD.offer, OLD.member) = (NEW.provider, NEW.offer, NEW.member) AND OLD.value <> NEW.value BEGIN
      \(logOverride("NEW", old: "OLD.value", new: "NEW.value"))
    END;

    CREATE TRIGGER overrides_moved AFTER UPDATE ON overrides
    WHEN (OLD.provider, OLD.offer, OLD.member) <> (NEW.provider, NEW.offer, NEW.member) BEGIN
      \(logOverride("OLD", old: "OLD.value", new: "NULL"))
      \(logOverride("NEW", old: "NULL", new: "NEW.value"))
    END;

    """

  /// What is kept about a provider's offers moves and goes with it.
  private static let providerTriggers = """
    DROP TRIGGER providers_changed;
    CREATE TRIGGER providers_changed AFTER UPDATE ON providers
    WHEN (OLD.slug, OLD.name, OLD.site_url) IS NOT (NEW.slug, NEW.name, NEW.site_url) BEGIN
      UPDATE offers SET provider = NEW.slug WHERE provider = OLD.slug AND NEW.slug <> OLD.slug;
      UPDATE quarantine SET provider = NEW.slug WHERE provider = OLD.slug AND NEW.slug <> OLD.slug;
      UPDATE overrides SET provider = NEW.slug WHERE provider = OLD.slug AND NEW.slug <> OLD.slug;
      \(SchemaVersion1.raise("OLD.slug"))
      \(SchemaVersion1.raise("NEW.slug"))
    END;

    DROP TRIGGER providers_removed;
    CREATE TRIGGER providers_removed AFTER DELETE ON providers BEGIN
      DELETE FROM offers WHERE provider = OLD.slug;
      DELETE FROM quarantine WHERE provider = OLD.slug;
      DELETE FROM overrides WHERE provider = OLD.slug;
      \(SchemaVersion1.raise("OLD.slug"))
    END;

    """
}
