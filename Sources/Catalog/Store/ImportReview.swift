/// What a reviewer and the operators make of an import: what of it is written, what is held back, and what the quarantine says
/// afterwards.
///
/// What waits for an operator, or was rejected, is held for as long as the provider repeats it, also where no reviewer finds it
/// odd any more: what was held before would else make up for it, such as new offers for those that are gone.
struct ImportReview {
  /// What is written.
  private(set) var diff: ListingDiff
  /// What changes in the quarantine.
  private(set) var quarantine = QuarantineUpdate()
  private let options: ImportOptions
  private var places: [ExactText: Place] = [:]
  private var held: [OfferDiff] = []
  private var heldCount = 0
  private var flagCount = 0

  /// Where an offer stands in the diff.
  private enum Place {
    case added(Int)
    case changed(Int)
    case removed
  }

  /// What the import does to one field, or to a provider as a whole.
  private struct Effect {
    /// The value that the provider gives.
    var proposed: String?
    /// Where it comes from.
    var source: FieldSource?
    /// Whether it differs from the one that is served.
    var isChanged = false
    /// Whether the import says anything about it.
    var isDecided = false
  }

  /// Reviews a diff.
  ///
  /// - Parameters:
  ///   - diff: what the listings say.
  ///   - current: what is stored.
  ///   - entries: what is in the quarantine.
  ///   - options: who reviews, whether nothing may be held, and how many changes the report lists.
  init(
    of diff: ListingDiff, current: ProviderPart?, entries: [QuarantineEntry], options: ImportOptions
  ) throws {
    self.diff = diff
    self.options = options
    let cases = ReviewCase.all(findings: options.force ? [] : options.review?.findings(in: diff) ?? [], entries)
    guard !cases.isEmpty else { return }
    // Whether offers go decides what becomes of everything else about them.
    for item in cases where item.field == .removal { try reviewRemoval(item) }
    for (index, offer) in self.diff.added.enumerated() { places[ExactText(offer.id)] = .added(index) }
    for (index, change) in self.diff.changed.enumerated() { places[ExactText(change.new.id)] = .changed(index) }
    for offer in self.diff.removed { places[ExactText(offer.id)] = .removed }
    let known = Set((current?.offers ?? []).lazy.map { ExactText($0.id) })
    for item in cases where item.field != .removal {
      try review(item, isKnown: item.offer.isEmpty || known.contains(ExactText(item.offer)))
    }
    self.diff.dropUnchanged()
  }

  /// What is reported of the import.
  var report: ProviderImportReport {
    get throws {
      var report = diff.report
      report.held = heldCount
      report.flagged = flagCount
      report.changes = held
      report.changes += try diff.offerDiffs(limit: options.changeLimit - held.count)
      return report
    }
  }

  // MARK: One case

  private mutating func reviewRemoval(_ item: ReviewCase) throws {
    let ids = diff.removed.map(\.id)
    let effect = Effect(
      proposed: ids.isEmpty ? nil : JSONWriter.array(ids), isChanged: !ids.isEmpty, isDecided: diff.isComplete)
    try settle(item, effect) { review in
      for id in ids { review.list(OfferDiff(kind: .removed, offer: id, heldReason: item.message)) }
      review.diff.keepRemoved()
      return nil
    }
  }

  private mutating func review(_ item: ReviewCase, isKnown: Bool) throws {
    let place = places[ExactText(item.offer)]
    if case .removed? = place { return forget(item.entry) }
    guard isKnown || place != nil else { return forget(item.entry) }
    var effect = effect(on: item, at: place)
    effect.isDecided = diff.decides(item.field.fields, of: item.offer, since: item.entry?.source)
    try settle(place == nil && !item.offer.isEmpty ? item.withoutFinding : item, effect) { review in
      try review.hold(item, at: place)
    }
  }

  private func effect(on item: ReviewCase, at place: Place?) -> Effect {
    let offer: Offer
    let isChanged: Bool
    switch place {
    case .added(let index):
      offer = diff.added[index]
      isChanged = item.field.isStated(by: offer)
    case .changed(let index):
      offer = diff.changed[index].new
      isChanged = item.field.differs(in: offer, from: diff.changed[index].old)
    case .removed, nil:
      // About the provider as a whole, or about an offer that stays as it is.
      return Effect(isChanged: item.offer.isEmpty && !diff.isEmpty)
    }
    return Effect(
      proposed: item.field.value(of: offer),
      source: item.field.member == nil ? nil : offer.source(of: item.field.fields),
      isChanged: isChanged)
  }

  /// Holds a value or lets it pass, and brings the entry about it up to date.
  ///
  /// - Parameter hold: takes the value out of what is written, and gives the one that is served instead.
  private mutating func settle(
    _ item: ReviewCase, _ effect: Effect, hold: (inout ImportReview) throws -> String?
  ) throws {
    let isHeldAlready = !options.force && item.entry?.holds(effect.proposed) == true
    let isHeld = effect.isChanged && item.field != .identity && (item.finding?.isHeld == true || isHeldAlready)
    guard isHeld || item.finding != nil else {
      let isOutdated = item.entry?.isHeld == true ? effect.isDecided : effect.isChanged
      if isOutdated { forget(item.entry) }
      return
    }
    let served = isHeld ? try hold(&self) : effect.proposed
    if isHeld { heldCount += 1 } else { flagCount += 1 }
    guard let finding = item.finding else { return }
    let proposal = QuarantineProposal(
      offer: item.offer, field: item.field, reason: finding.reason, message: finding.message, isHeld: isHeld,
      servedValue: served, proposedValue: effect.proposed, source: effect.source)
    if let entry = item.entry {
      guard !entry.says(proposal) else { return }
      quarantine.removed.append(entry.id)
    }
    quarantine.added.append(proposal)
  }

  /// Drops an entry that means nothing any more; what an operator accepted is kept as a record.
  private mutating func forget(_ entry: QuarantineEntry?) {
    if let entry, !(entry.isHeld && entry.state == .accepted) { quarantine.removed.append(entry.id) }
  }

  /// Takes the field out of what is written: a changed offer keeps the value that it has, a new one gets none.
  ///
  /// - Returns: the value that is served.
  private mutating func hold(_ item: ReviewCase, at place: Place?) throws -> String? {
    switch place {
    case .added(let index):
      let proposed = diff.added[index]
      diff.added[index] = try proposed.withholding(item.field, note: "held back: \(item.message)")
      try list(.added, proposed, since: proposed.withholding(item.field, note: nil), item)
      return item.field.value(of: diff.added[index])
    case .changed(let index):
      let (old, proposed) = (diff.changed[index].old, diff.changed[index].new)
      let kept = proposed.keeping(old, except: OfferFields.all.subtracting(item.field.fields))
      diff.changed[index] = ListingDiff.Change(old: old, new: kept)
      try list(.changed, proposed, since: kept, item)
      return item.field.value(of: kept)
    case .removed, nil: return nil
    }
  }

  private mutating func list(
    _ kind: CatalogChange.Kind, _ proposed: Offer, since served: Offer, _ item: ReviewCase
  ) throws {
    guard held.count < options.changeLimit else { return }
    let fields = try proposed.changedFields(since: served)
    list(OfferDiff(kind: kind, offer: proposed.id, fields: fields, heldReason: item.message))
  }

  private mutating func list(_ diff: OfferDiff) {
    if held.count < options.changeLimit { held.append(diff) }
  }
}
