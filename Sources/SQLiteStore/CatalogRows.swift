import Catalog
import GRDB
import TieredCaching

/// Reads and writes within one transaction that the caller opens and ends. The triggers raise the revisions and write the
/// change log.
struct CatalogRows {
  let db: Database

  /// The lifetime, all revisions and the floors.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` when the lifetime is missing, and errors of the database.
  func manifest() throws -> Manifest {
    let sql = "SELECT value FROM metadata WHERE name = ?"
    guard let lifetime = try String.fetchOne(db, sql: sql, arguments: [SQLiteStore.lifetimeName]) else {
      throw StoreError.unavailable("its lifetime is missing from the table metadata; restore a backup")
    }
    var revisions: [PartID: Revision] = [:]
    var floors: [PartID: Revision] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT provider, revision, floor FROM revisions")
    while let row = try rows.next() {
      guard let provider = row[0] as String?, let revision = row[1] as Int64?, let floor = row[2] as Int64? else {
        continue
      }
      revisions[PartID(provider)] = Revision(revision)
      if floor > 0 { floors[PartID(provider)] = Revision(floor) }
    }
    return Manifest(lifetime: lifetime, revisions: revisions, floors: floors)
  }

  /// The part of a provider, nil when there is neither the provider nor an offer of it.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)`` when any row cannot be an offer.
  func part(of slug: ProviderSlug, _ reader: inout OfferRowReader) throws -> ProviderPart? {
    let provider = try provider(slug)
    var offers: [Offer] = []
    let rows = try Row.fetchCursor(db.cachedStatement(sql: OfferSQL.select), arguments: [slug.text])
    while let row = try rows.next() { offers.append(try reader.offer(SelectedRow(row: row), of: slug)) }
    guard provider != nil || !offers.isEmpty else { return nil }
    return ProviderPart(
      provider: provider ?? Provider(slug: slug), offers: offers, changedAt: try lastChange(of: slug))
  }

  /// A provider, nil when there is no row of it.
  func provider(_ slug: ProviderSlug) throws -> Provider? {
    let sql = "SELECT name, site_url FROM providers WHERE slug = ?"
    return try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [slug.text]).map {
      Provider(slug: slug, name: $0[0], siteURL: $0[1])
    }
  }

  /// One offer, nil when there is no row of it.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)`` when the row cannot be an offer.
  func offer(_ id: String, of slug: ProviderSlug) throws -> Offer? {
    guard let row = try Row.fetchOne(db, sql: OfferSQL.selectOne, arguments: [slug.text, id]) else { return nil }
    var reader = OfferRowReader()
    return try reader.offer(SelectedRow(row: row), of: slug)
  }

  /// When the change log last names the provider.
  func lastChange(of slug: ProviderSlug) throws -> String? {
    let sql = "SELECT at FROM changes WHERE provider = ? ORDER BY sequence DESC LIMIT 1"
    return try String.fetchOne(db.cachedStatement(sql: sql), arguments: [slug.text])
  }
}
