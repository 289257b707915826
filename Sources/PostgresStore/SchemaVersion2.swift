/// The second version of the database's structure: revisions have a floor.
enum SchemaVersion2 {
  /// A floor is set together with the revision that it equals, so it never passes the revision; what has been purged
  /// stays purged, so it never goes down.
  static let sql = """
    ALTER TABLE modelcatalog.revisions
      ADD COLUMN floor bigint NOT NULL DEFAULT 0 CHECK (floor BETWEEN 0 AND revision);

    CREATE FUNCTION modelcatalog.guard_floors() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.floor >= OLD.floor THEN RETURN NEW; END IF;
      RAISE EXCEPTION 'a floor only goes up' USING ERRCODE = 'check_violation';
    END $$;

    CREATE TRIGGER floors_only_rise BEFORE UPDATE ON modelcatalog.revisions
      FOR EACH ROW EXECUTE FUNCTION modelcatalog.guard_floors();
    """
}
