import Catalog
import GRDB
import TieredCaching

extension CatalogRows: EditTransaction {
  func offerCount(of provider: ProviderSlug) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM offers WHERE provider = ?", arguments: [provider.text]) ?? 0
  }

  func write(_ offer: Offer, replacing old: Offer?) throws {
    guard let old else {
      return try db.execute(sql: OfferSQL.insert, arguments: OfferSQL.arguments(offer))
    }
    try db.execute(
      sql: OfferSQL.update, arguments: OfferSQL.arguments(offer) + [offer.provider.text, old.id])
  }

  func deleteOffer(_ id: String, of provider: ProviderSlug) throws -> Bool {
    try db.execute(sql: "DELETE FROM offers WHERE provider = ? AND id = ?", arguments: [provider.text, id])
    return db.changesCount > 0
  }

  func write(_ provider: Provider, replacing old: Provider?) throws {
    let sql =
      old == nil
      ? "INSERT INTO providers (name, site_url, slug) VALUES (?, ?, ?)"
      : "UPDATE providers SET name = ?, site_url = ? WHERE slug = ?"
    try db.execute(sql: sql, arguments: [provider.name, provider.siteURL, provider.slug.text])
  }

  func deleteProvider(_ slug: ProviderSlug) throws {
    try db.execute(sql: "DELETE FROM providers WHERE slug = ?", arguments: [slug.text])
  }

  /// The time of the database in seconds since 1970.
  func now() throws -> Int { try Int.fetchOne(db, sql: "SELECT CAST(strftime('%s', 'now') AS INTEGER)") ?? 0 }

  /// Raises the revision of parts, all where nil, by one.
  ///
  /// - Throws: ``StoreError/unknownParts(_:)``; the caller must then roll back.
  func raiseRevisions(of parts: Set<PartID>?, purging: Bool) throws {
    let manifest = try manifest()
    if let parts { try manifest.expect(parts) }
    for part in parts ?? Set(manifest.revisions.keys) {
      try db.execute(
        sql: """
          INSERT INTO revisions (provider, revision)
            SELECT :part, 0 WHERE NOT EXISTS (SELECT 1 FROM revisions WHERE provider = :part);
          UPDATE revisions SET revision = revision + 1, floor = \(purging ? "revision + 1" : "floor")
            WHERE provider = :part;
          """,
        arguments: ["part": part.text])
    }
  }
}
