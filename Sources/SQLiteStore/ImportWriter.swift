import Catalog
import GRDB
import TieredCaching

/// The writing half of an import, inside one transaction that the caller opens and ends.
struct ImportWriter: ImportTransaction {
  let db: Database

  func part(of slug: ProviderSlug) throws -> ProviderPart? {
    var reader = OfferRowReader()
    return try Snapshot(db: db).part(slug, &reader)
  }

  func write(_ diff: ListingDiff, isNew: Bool) throws -> Revision {
    if let effectiveAt = diff.effectiveAt {
      try db.execute(sql: "INSERT INTO import_moment (observed_at) VALUES (?)", arguments: [effectiveAt])
    }
    try writeProvider(diff, isNew: isNew)
    try writeOffers(diff)
    try db.execute(sql: "DELETE FROM import_moment")
    let sql = "SELECT revision FROM revisions WHERE provider = ?"
    return Revision(try Int64.fetchOne(db, sql: sql, arguments: [diff.provider.slug.text]) ?? 0)
  }

  private func writeProvider(_ diff: ListingDiff, isNew: Bool) throws {
    guard diff.isProviderChanged else { return }
    let provider = diff.provider
    let sql =
      isNew
      ? "INSERT INTO providers (name, site_url, slug) VALUES (?, ?, ?)"
      : "UPDATE providers SET name = ?, site_url = ? WHERE slug = ?"
    try db.execute(sql: sql, arguments: [provider.name, provider.siteURL, provider.slug.text])
  }

  private func writeOffers(_ diff: ListingDiff) throws {
    let slug = diff.provider.slug.text
    let delete = try db.cachedStatement(sql: "DELETE FROM offers WHERE provider = ? AND id = ?")
    for offer in diff.removed { try delete.execute(arguments: [slug, offer.id]) }
    let insert = try db.cachedStatement(sql: OfferSQL.insert)
    for offer in diff.added { try insert.execute(arguments: OfferSQL.arguments(offer)) }
    let update = try db.cachedStatement(sql: OfferSQL.update)
    for change in diff.changed {
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
