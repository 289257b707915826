/// The first version of the database's structure.
///
/// Everything that must hold whoever writes is said in the database itself, in a form that SQLite 3.37 and later
/// understand: a person with the `sqlite3` shell gets the same checks, revisions and change log as an import.
enum SchemaVersion1 {
  static let sql = tables + revisionTriggers + offerTriggers

  static func checkSlug(_ column: String) -> String {
    "\(column) GLOB '[a-z0-9]*' AND \(column) NOT GLOB '*[^a-z0-9._-]*' AND length(\(column)) <= 64"
  }

  private static func checkList(_ column: String) -> String {
    "json_valid(\(column)) AND json_type(\(column)) = 'array'"
  }

  private static let tables = """
    CREATE TABLE metadata (
      name TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    INSERT INTO metadata (name, value) VALUES ('lifetime', lower(hex(randomblob(16))));

    CREATE TABLE providers (
      slug TEXT PRIMARY KEY NOT NULL CHECK (\(checkSlug("slug"))),
      name TEXT NOT NULL CHECK (name <> ''),
      site_url TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE offers (
      provider TEXT NOT NULL CHECK (\(checkSlug("provider"))),
      id TEXT NOT NULL CHECK (id = model_id || coalesce(':' || variant, '')),
      model_id TEXT NOT NULL,
      variant TEXT,
      name TEXT NOT NULL,
      description TEXT,
      owned_by TEXT,
      context_length INTEGER,
      max_input INTEGER,
      max_output INTEGER,
      input_modalities TEXT NOT NULL DEFAULT '[]' CHECK (\(checkList("input_modalities"))),
      output_modalities TEXT NOT NULL DEFAULT '[]' CHECK (\(checkList("output_modalities"))),
      supported_parameters TEXT NOT NULL DEFAULT '[]' CHECK (\(checkList("supported_parameters"))),
      capabilities TEXT NOT NULL DEFAULT '[]' CHECK (\(checkList("capabilities"))),
      tokenizer TEXT,
      quantization TEXT,
      hugging_face_id TEXT,
      aliases TEXT NOT NULL DEFAULT '[]' CHECK (\(checkList("aliases"))),
      status TEXT NOT NULL DEFAULT 'active',
      created INTEGER,
      deprecation_date TEXT,
      expiry_date TEXT,
      pricing TEXT NOT NULL DEFAULT '{"state":"unknown"}' CHECK (json_valid(pricing)),
      source TEXT NOT NULL DEFAULT 'manual',
      observed_at INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER)),
      PRIMARY KEY (provider, id)
    ) STRICT;

    CREATE TABLE revisions (
      provider TEXT PRIMARY KEY NOT NULL,
      revision INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE changes (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      provider TEXT NOT NULL,
      offer TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('added', 'removed', 'changed')),
      field TEXT,
      old_value TEXT,
      new_value TEXT,
      revision INTEGER NOT NULL,
      at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX changes_by_provider ON changes (provider, sequence);

    CREATE TABLE imports (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      provider TEXT NOT NULL,
      format TEXT NOT NULL,
      source TEXT,
      observed_at INTEGER,
      imported_at TEXT NOT NULL,
      added INTEGER NOT NULL,
      removed INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      unchanged INTEGER NOT NULL,
      revision INTEGER NOT NULL
    ) STRICT;

    """

  /// Statements that raise a provider's revision.
  ///
  /// `INSERT OR IGNORE` would not do: inside a trigger, the conflict clause of the statement that fired it wins.
  static func raise(_ slug: String) -> String {
    """
    INSERT INTO revisions (provider, revision)
      SELECT \(slug), 0 WHERE NOT EXISTS (SELECT 1 FROM revisions WHERE provider = \(slug));
    UPDATE revisions SET revision = revision + 1 WHERE provider = \(slug);
    """
  }

  /// A statement that logs what `rows` selects: field, old value and new value.
  private static func log(_ row: String, _ kind: String, _ rows: String = "SELECT NULL, NULL, NULL") -> String {
    """
    INSERT INTO changes (provider, offer, kind, field, old_value, new_value, revision, at)
      SELECT \(row).provider, \(row).id, '\(kind)', entry.*,
        (SELECT revision FROM revisions WHERE provider = \(row).provider), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
      FROM (\(rows)) AS entry;
    """
  }

  private static let revisionTriggers = """
    CREATE TRIGGER providers_added AFTER INSERT ON providers BEGIN
      \(raise("NEW.slug"))
    END;

    CREATE TRIGGER providers_changed AFTER UPDATE ON providers
    WHEN (OLD.slug, OLD.name, OLD.site_url) IS NOT (NEW.slug, NEW.name, NEW.site_url) BEGIN
      UPDATE offers SET provider = NEW.slug WHERE provider = OLD.slug AND NEW.slug <> OLD.slug;
      \(raise("OLD.slug"))
      \(raise("NEW.slug"))
    END;

    CREATE TRIGGER providers_removed AFTER DELETE ON providers BEGIN
      DELETE FROM offers WHERE provider = OLD.slug;
      \(raise("OLD.slug"))
    END;

    CREATE TRIGGER revisions_only_rise BEFORE UPDATE ON revisions
    WHEN NEW.revision <= OLD.revision OR NEW.provider <> OLD.provider BEGIN
      SELECT RAISE(ABORT, 'a revision only goes up');
    END;

    CREATE TRIGGER revisions_are_kept BEFORE DELETE ON revisions BEGIN
      SELECT RAISE(ABORT, 'a revision is kept when everything else of a provider is gone');
    END;

    """

  /// The columns that the change log names one by one; prices are logged by member, source and time not at all.
  private static let loggedColumns = [
    "model_id", "variant", "name", "description", "owned_by", "context_length", "max_input", "max_output",
    "input_modalities", "output_modalities", "supported_parameters", "capabilities", "tokenizer", "quantization",
    "hugging_face_id", "aliases", "status", "created", "deprecation_date", "expiry_date",
  ]

  static let changedColumns =
    loggedColumns
    .map { "SELECT '\($0)' AS field, OLD.\($0) AS old_value, NEW.\($0) AS new_value" }
    .joined(separator: "\n    UNION ALL ")

  static let changedPrices = """
    SELECT 'pricing.' || member.key, before.value, after.value
      FROM (SELECT key FROM json_each(OLD.pricing) UNION SELECT key FROM json_each(NEW.pricing)) AS member
      LEFT JOIN json_each(OLD.pricing) AS before ON before.key = member.key
      LEFT JOIN json_each(NEW.pricing) AS after ON after.key = member.key
      WHERE OLD.pricing <> NEW.pricing AND member.key <> 'raw'
    """

  static func row(_ name: String) -> String {
    "(" + (loggedColumns + ["pricing", "source", "observed_at"]).map { "\(name).\($0)" }.joined(separator: ", ") + ")"
  }

  private static let offerTriggers = """
    CREATE TRIGGER offers_added AFTER INSERT ON offers BEGIN
      INSERT INTO providers (slug, name)
        SELECT NEW.provider, NEW.provider WHERE NOT EXISTS (SELECT 1 FROM providers WHERE slug = NEW.provider);
      \(raise("NEW.provider"))
      \(log("NEW", "added"))
    END;

    CREATE TRIGGER offers_removed AFTER DELETE ON offers BEGIN
      \(raise("OLD.provider"))
      \(log("OLD", "removed"))
    END;

    CREATE TRIGGER offers_renamed AFTER UPDATE OF provider, id ON offers
    WHEN OLD.provider <> NEW.provider OR OLD.id <> NEW.id BEGIN
      INSERT INTO providers (slug, name)
        SELECT NEW.provider, NEW.provider WHERE NOT EXISTS (SELECT 1 FROM providers WHERE slug = NEW.provider);
      \(raise("OLD.provider"))
      \(log("OLD", "removed"))
      \(raise("NEW.provider"))
      \(log("NEW", "added"))
    END;

    CREATE TRIGGER offers_changed AFTER UPDATE ON offers
    WHEN OLD.provider = NEW.provider AND OLD.id = NEW.id AND \(row("OLD")) IS NOT \(row("NEW")) BEGIN
      \(raise("NEW.provider"))
      \(log("NEW", "changed", """
        SELECT * FROM (
          \(changedColumns)
          UNION ALL \(changedPrices)
        ) WHERE old_value IS NOT new_value
        """))
    END;
    """
}
