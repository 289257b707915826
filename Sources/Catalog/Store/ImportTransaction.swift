public import TieredCaching

/// What a store can do inside the transaction of an import.
public protocol ImportTransaction {
  /// The part of a provider; nil when there is neither the provider nor an offer of it.
  mutating func part(of slug: ProviderSlug) throws -> ProviderPart?

  /// Writes what a listing changes, as of ``ListingDiff/effectiveAt``; nothing where it changes nothing.
  ///
  /// - Returns: the provider's revision afterwards.
  mutating func write(_ diff: ListingDiff, isNew: Bool) throws -> Revision

  /// Remembers that there was an import.
  ///
  /// - Parameters:
  ///   - report: what it did to one provider.
  ///   - format: the name of its format.
  ///   - newest: the offer of the body that was observed last.
  mutating func record(_ report: ProviderImportReport, format: String, newest: Offer?) throws
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
      let current = try transaction.part(of: slug)
      let diff = try ListingDiff(current: current, listings: listings, options: self)
      var report = diff.report
      report.revision = try transaction.write(diff, isNew: current == nil)
      try transaction.record(report, format: format, newest: diff.newest)
      reports.append(report)
    }
    return ImportReport(providers: reports, dryRun: dryRun)
  }
}
