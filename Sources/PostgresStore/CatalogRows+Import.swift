import Catalog
import PostgresClient
import TieredCaching

extension CatalogRows: ImportTransaction {
  func write(_ diff: ListingDiff, isNew: Bool) throws -> Revision {
    try dateChanges(to: diff.effectiveAt)
    if diff.isProviderChanged { try write(diff.provider, replacing: isNew ? nil : diff.provider) }
    let slug = diff.provider.slug.text
    for batch in diff.removed.batches {
      try connection.query(OfferSQL.delete, [slug, PostgresLiteral.array(batch.map(\.id))])
    }
    for batch in diff.added.batches { try insert(batch) }
    for batch in diff.updates.batches { try update(batch) }
    try dateChanges(to: nil)
    let sql = "SELECT revision FROM modelcatalog.revisions WHERE provider = $1"
    let rows = try connection.query(sql, [slug])
    return Revision(Int64(rows.count > 0 ? rows.integer(0, 0) ?? 0 : 0))
  }

  func record(_ report: ProviderImportReport, format: String, newest: Offer?) throws {
    try connection.query(
      """
      INSERT INTO modelcatalog.imports
        (provider, format, source, observed_at, added, removed, changed, unchanged, revision)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """,
      [
        report.provider.text, format, newest?.source, newest.map { String($0.observedAt) }, String(report.added),
        String(report.removed), String(report.changed), String(report.unchanged), String(report.revision.number),
      ])
  }
}
