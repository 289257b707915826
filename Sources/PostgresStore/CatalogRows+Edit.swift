import Catalog
import PostgresClient
import TieredCaching

extension CatalogRows: EditTransaction {
  func write(_ offer: Offer, replacing old: Offer?) throws {
    if let old { try update([ListingDiff.Change(old: old, new: offer)]) } else { try insert([offer]) }
  }

  func deleteOffer(_ id: String, of provider: ProviderSlug) throws -> Bool {
    try connection.query(OfferSQL.delete, [provider.text, PostgresLiteral.array([id])]).affected > 0
  }

  func write(_ provider: Provider, replacing old: Provider?) throws {
    let sql =
      old == nil
      ? "INSERT INTO modelcatalog.providers (name, site_url, slug) VALUES ($1, $2, $3)"
      : "UPDATE modelcatalog.providers SET name = $1, site_url = $2 WHERE slug = $3"
    try connection.query(sql, [provider.name, provider.siteURL, provider.slug.text])
  }

  func deleteProvider(_ slug: ProviderSlug) throws {
    try connection.query("DELETE FROM modelcatalog.providers WHERE slug = $1", [slug.text])
  }

  /// Raises the revision of parts, all where nil, by one.
  ///
  /// - Throws: ``StoreError/unknownParts(_:)``; the caller must then roll back.
  func raiseRevisions(of parts: Set<PartID>?, purging: Bool) throws {
    let manifest = try manifest()
    if let parts { try manifest.expect(parts) }
    let raised = (parts ?? Set(manifest.revisions.keys)).map(\.text).sorted()
    try connection.query(
      """
      INSERT INTO modelcatalog.revisions AS known (provider, revision, floor)
        SELECT part, 1, \(purging ? 1 : 0) FROM unnest($1::text[]) AS raised (part)
        ON CONFLICT (provider) DO UPDATE
        SET revision = known.revision + 1, floor = \(purging ? "known.revision + 1" : "known.floor")
      """, [PostgresLiteral.array(raised)])
  }

  func insert(_ offers: [Offer]) throws { try connection.query(OfferSQL.insert, OfferSQL.arrays(offers)) }

  func update(_ changes: [ListingDiff.Change]) throws {
    try connection.query(
      OfferSQL.update, OfferSQL.arrays(changes.map(\.new)) + [PostgresLiteral.array(changes.map(\.old.id))])
  }
}
