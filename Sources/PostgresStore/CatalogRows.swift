import Catalog
import PostgresClient
import TieredCaching

/// Reads and writes within one transaction that the caller opens and ends. The triggers raise the revisions and write the
/// change log.
struct CatalogRows: EditTransaction, ImportTransaction {
  let connection: PostgresConnection

  // MARK: Reading

  /// The lifetime and all revisions and floors in one statement, so that it needs no transaction of several.
  static let manifestSQL = """
    SELECT NULL, value, NULL, NULL FROM modelcatalog.metadata WHERE name = 'lifetime'
    UNION ALL SELECT provider, NULL, revision, floor FROM modelcatalog.revisions
    """

  /// The manifest in the rows of ``manifestSQL``.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` when the lifetime is missing.
  static func manifest(_ rows: PostgresRows) throws -> Manifest {
    var lifetime: String?
    var revisions: [PartID: Revision] = [:]
    var floors: [PartID: Revision] = [:]
    for row in 0..<rows.count {
      guard let provider = rows[row, 0], let revision = rows.integer(row, 2), let floor = rows.integer(row, 3) else {
        lifetime = rows[row, 1] ?? lifetime
        continue
      }
      revisions[PartID(provider)] = Revision(Int64(revision))
      if floor > 0 { floors[PartID(provider)] = Revision(Int64(floor)) }
    }
    guard let lifetime else {
      throw StoreError.unavailable("its lifetime is missing from the table modelcatalog.metadata; restore a backup")
    }
    return Manifest(lifetime: lifetime, revisions: revisions, floors: floors)
  }

  func manifest() throws -> Manifest { try Self.manifest(connection.query(Self.manifestSQL)) }

  /// The parts of providers; one that is gone is a part without offers.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)`` when any row cannot be an offer.
  func parts(of slugs: [ProviderSlug]) throws -> [PartID: ProviderPart] {
    guard !slugs.isEmpty else { return [:] }
    var offers: [ProviderSlug: [Offer]] = [:]
    let known = Dictionary(uniqueKeysWithValues: slugs.map { ($0.text, $0) })
    var reader = OfferRowReader()
    var current: (slug: ProviderSlug, offers: [Offer])?
    try connection.copy(OfferSQL.select(of: slugs.map(\.text))) { row in
      let text = row.text(0) ?? ""
      if current?.slug.text != text {
        if let done = current { offers[done.slug] = done.offers }
        guard let slug = known[text] else { throw PostgresError(.malformed, "a row of another provider") }
        current = (slug, [])
      }
      guard let slug = current?.slug else { return }
      current?.offers.append(try reader.offer(row, of: slug))
    }
    if let done = current { offers[done.slug] = done.offers }
    let providers = try providers(slugs)
    let lastChanges = try lastChanges(of: slugs)
    var parts: [PartID: ProviderPart] = [:]
    for slug in slugs {
      parts[PartID(slug.text)] = ProviderPart(
        provider: providers[slug.text] ?? Provider(slug: slug), offers: offers[slug] ?? [],
        changedAt: lastChanges[slug.text])
    }
    return parts
  }

  private func providers(_ slugs: [ProviderSlug]) throws -> [String: Provider] {
    let sql = "SELECT slug, name, site_url FROM modelcatalog.providers WHERE slug = ANY ($1::text[])"
    let rows = try connection.query(sql, [PostgresLiteral.array(slugs.map(\.text))])
    var providers: [String: Provider] = [:]
    let bySlug = Dictionary(uniqueKeysWithValues: slugs.map { ($0.text, $0) })
    for row in 0..<rows.count {
      guard let text = rows[row, 0], let slug = bySlug[text], let name = rows[row, 1] else { continue }
      providers[text] = Provider(slug: slug, name: name, siteURL: rows[row, 2])
    }
    return providers
  }

  /// When the change log last names each provider.
  private func lastChanges(of slugs: [ProviderSlug]) throws -> [String: String] {
    let rows = try connection.query(
      """
      SELECT named.provider, (
        SELECT \(Timestamp.text("at")) FROM modelcatalog.changes
        WHERE changes.provider = named.provider ORDER BY sequence DESC LIMIT 1)
      FROM unnest($1::text[]) AS named (provider)
      """, [PostgresLiteral.array(slugs.map(\.text))])
    var last: [String: String] = [:]
    for row in 0..<rows.count { if let provider = rows[row, 0] { last[provider] = rows[row, 1] } }
    return last
  }

  func provider(_ slug: ProviderSlug) throws -> Provider? { try providers([slug])[slug.text] }

  func offer(_ id: String, of slug: ProviderSlug) throws -> Offer? {
    let rows = try connection.query(OfferSQL.selectOne, [slug.text, id])
    guard rows.count > 0 else { return nil }
    var reader = OfferRowReader()
    return try reader.offer(SelectedOffer(rows: rows, row: 0), of: slug)
  }

  func offerCount(of provider: ProviderSlug) throws -> Int {
    try connection.query("SELECT count(*) FROM modelcatalog.offers WHERE provider = $1", [provider.text])
      .integer(0, 0) ?? 0
  }

  func part(of slug: ProviderSlug) throws -> ProviderPart? {
    let part = try parts(of: [slug])[PartID(slug.text)]
    guard try part?.offers.isEmpty == false || provider(slug) != nil else { return nil }
    return part
  }

  /// The time of the database in seconds since 1970.
  func now() throws -> Int {
    try connection.query("SELECT extract(epoch FROM clock_timestamp())::bigint").integer(0, 0) ?? 0
  }

  // MARK: Writing

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

  func write(_ diff: ListingDiff, isNew: Bool) throws -> Revision {
    try dateChanges(to: diff.effectiveAt)
    if diff.isProviderChanged { try write(diff.provider, replacing: isNew ? nil : diff.provider) }
    let slug = diff.provider.slug.text
    for batch in diff.removed.batches {
      try connection.query(OfferSQL.delete, [slug, PostgresLiteral.array(batch.map(\.id))])
    }
    for batch in diff.added.batches { try insert(batch) }
    for batch in diff.changed.batches { try update(batch) }
    try dateChanges(to: nil)
    let sql = "SELECT revision FROM modelcatalog.revisions WHERE provider = $1"
    let rows = try connection.query(sql, [slug])
    return Revision(Int64(rows.count > 0 ? rows.integer(0, 0) ?? 0 : 0))
  }

  /// Says to the triggers since when what is written next has been in effect; nil for now.
  private func dateChanges(to effectiveAt: String?) throws {
    try connection.query("SELECT set_config('modelcatalog.observed_at', $1, true)", [effectiveAt ?? ""])
  }

  private func insert(_ offers: [Offer]) throws { try connection.query(OfferSQL.insert, OfferSQL.arrays(offers)) }

  private func update(_ changes: [ListingDiff.Change]) throws {
    try connection.query(
      OfferSQL.update, OfferSQL.arrays(changes.map(\.new)) + [PostgresLiteral.array(changes.map(\.old.id))])
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
}

/// Times as the catalog writes them: ISO 8601 in UTC with milliseconds.
enum Timestamp {
  /// An expression that writes a time so.
  static func text(_ column: String) -> String {
    "to_char(\(column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
  }
}

extension Array {
  /// Its elements in order, as many at a time as one statement writes.
  fileprivate var batches: [[Element]] {
    stride(from: 0, to: count, by: OfferSQL.batch).map { Array(self[$0..<Swift.min($0 + OfferSQL.batch, count)]) }
  }
}
