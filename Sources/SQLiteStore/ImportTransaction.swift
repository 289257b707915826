import Catalog
import GRDB
import TieredCaching

/// The writing half of an import, inside one transaction that the caller opens and ends.
struct ImportTransaction {
  let db: Database
  let options: ImportOptions

  /// Imports listings of any providers.
  ///
  /// - Throws: ``StoreError`` when a listing is refused; the caller must then roll back.
  func run(_ listings: [ProviderListing]) throws -> ImportReport {
    var reports: [ProviderImportReport] = []
    for (slug, listings) in Dictionary(grouping: listings, by: \.provider.slug).sorted(by: { $0.key < $1.key }) {
      var reader = OfferRowReader()
      let current = try Snapshot(db: db).part(slug, &reader)
      let diff = try ListingDiff(current: current, listings: listings, options: options)
      try writeProvider(diff, isNew: current == nil)
      try writeOffers(diff)
      var report = diff.report
      report.revision = try revision(slug)
      try record(report, listings)
      reports.append(report)
    }
    return ImportReport(providers: reports, dryRun: options.dryRun)
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
    let insert = try db.cachedStatement(sql: OfferRow.insertSQL)
    for offer in diff.added { try insert.execute(arguments: StatementArguments(OfferRow.values(offer))) }
    let update = try db.cachedStatement(sql: OfferRow.updateSQL)
    for change in diff.changed {
      try update.execute(arguments: StatementArguments(OfferRow.values(change.new) + [slug, change.old.id]))
    }
  }

  private func revision(_ slug: ProviderSlug) throws -> Revision {
    let sql = "SELECT revision FROM revisions WHERE provider = ?"
    return Revision(try Int64.fetchOne(db, sql: sql, arguments: [slug.text]) ?? 0)
  }

  private func record(_ report: ProviderImportReport, _ listings: [ProviderListing]) throws {
    let newest = listings.lazy.flatMap(\.offers).max { $0.observedAt < $1.observedAt }
    try db.execute(
      sql: """
        INSERT INTO imports
          (provider, format, source, observed_at, imported_at, added, removed, changed, unchanged, revision)
        VALUES (?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?, ?, ?)
        """,
      arguments: [
        report.provider.text, options.format, newest?.source, newest?.observedAt, report.added, report.removed,
        report.changed, report.unchanged, report.revision.number,
      ])
  }
}
