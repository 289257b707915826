/// The second version of the database's structure: revisions have a floor.
enum SchemaVersion2 {
  /// A floor is set together with the revision that it equals, so it never passes the revision; what has been purged
  /// stays purged, so it never goes down.
  static let sql = """
    ALTER TABLE revisions ADD COLUMN floor INTEGER NOT NULL DEFAULT 0 CHECK (floor BETWEEN 0 AND revision);

    CREATE TRIGGER floors_only_rise BEFORE UPDATE ON revisions
    WHEN NEW.floor < OLD.floor BEGIN
      SELECT RAISE(ABORT, 'a floor only goes up');
    END;
    """
}
