import Catalog
import GRDB
import TieredCaching

extension CatalogRows: ImportTransaction {
  func part(of slug: ProviderSlug) throws -> ProviderPart? {
    var reader = OfferRowReader()
    return try part(of: slug, &reader)
  }

  func write(_ diff: ListingDiff, isNew: Bool) throws -> Revision {
    try dateChanges(to: diff.effectiveAt)
    if diff.isProviderChanged { try write(diff.provider, replacing: isNew ? nil : diff.provider) }
    try writeOffers(diff)
    try dateChanges(to: nil)
    let sql = "SELECT revision FROM revisions WHERE provider = ?"
    return Revision(try Int64.fetchOne(db, sql: sql, arguments: [diff.provider.slug.text]) ?? 0)
  }

  private func writeOffers(_ diff: ListingDiff) throws {
    let slug = diff.provider.slug.text
    let delete = try db.cachedStatement(sql: "DELETE FROM offers WHERE provider = ? AND id = ?")
    for offer in diff.removed { try delete.execute(arguments: [slug, offer.id]) }
    let insert = try db.cachedStatement(sql: OfferSQL.insert)
    for offer in diff.added { try insert.execute(arguments: OfferSQL.arguments(offer)) }
    let update = try db.cachedStatement(sql: OfferSQL.update)
    for change in diff.updates {
      try update.execute(arguments: OfferSQL.arguments(change.new) + [slug, change.old.id])
    }
  }

  func record(_ report: ProviderImportReport, format: String, newest: Offer?) throws {
    try db.execute(
      sql: """
        INSERT INTO imports
          (provider, format, source, observed_at, imported_at, added, removed, changed, unchanged, revision)
        VALUES (?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?, ?, ?)
        """,
      arguments: [
        report.provider.text, format, newest?.source, newest?.observedAt, report.added, report.removed,
        report.changed, report.unchanged, report.revision.number,
      ])
  }
}
