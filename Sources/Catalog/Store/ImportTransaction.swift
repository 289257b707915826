public import TieredCaching

/// What a store can do inside the transaction of an import.
public protocol ImportTransaction {
  /// The part of a provider; nil when there is neither the provider nor an offer of it.
  mutating func part(of slug: ProviderSlug) throws -> ProviderPart?

  /// All entries of a provider in the quarantine.
  mutating func quarantine(of slug: ProviderSlug) throws -> [QuarantineEntry]

  /// Writes what a listing changes, as of ``ListingDiff/effectiveAt``; nothing where it changes nothing.
  ///
  /// - Returns: the provider's revision afterwards.
  mutating func write(_ diff: ListingDiff, isNew: Bool) throws -> Revision

  /// Changes the entries of a provider in the quarantine; new ones are pending since now.
  mutating func write(_ update: QuarantineUpdate, of slug: ProviderSlug) throws

  /// Remembers an import that changed something; one that changes nothing leaves no trace, however often it is repeated.
  ///
  /// - Parameters:
  ///   - report: what it did to one provider.
  ///   - format: the name of its format.
  ///   - newest: the offer of the body that was observed last.
  mutating func record(_ report: ProviderImportReport, format: String, newest: Offer?) throws

  /// All revisions after what has been written.
  func manifest() throws -> Manifest
}

extension ImportOptions {
  /// Makes the offers of the listed providers those of the listings, inside a transaction that the caller opens and ends;
  /// every store decides with this alone what an import changes.
  ///
  /// - Throws: ``StoreError`` when a listing is refused; the caller must then roll back.
  public func run(
    _ listings: [ProviderListing], in transaction: inout some ImportTransaction
  ) throws -> ImportReport {
    var reports: [ProviderImportReport] = []
    for (slug, listings) in Dictionary(grouping: listings, by: \.provider.slug).sorted(by: { $0.key < $1.key }) {
      reports.append(try run(listings, of: slug, in: &transaction))
    }
    return ImportReport(providers: reports, dryRun: dryRun, manifest: try transaction.manifest())
  }

  private func run(
    _ listings: [ProviderListing], of slug: ProviderSlug, in transaction: inout some ImportTransaction
  ) throws -> ProviderImportReport {
    let current = try transaction.part(of: slug)
    let review = try ImportReview(
      of: ListingDiff(current: current, listings: listings, options: self), current: current,
      entries: transaction.quarantine(of: slug), options: self)
    var report = try review.report
    guard force || dryRun || self.review != nil || !report.isMassRemoval else {
      throw StoreError.massRemoval(
        provider: slug, existing: report.removed + report.changed + report.unchanged, removed: report.removed)
    }
    report.revision = try transaction.write(review.diff, isNew: current == nil)
    try transaction.write(review.quarantine, of: slug)
    if review.diff.isWorthWriting { try transaction.record(report, format: format, newest: review.diff.newest) }
    return report
  }
}
