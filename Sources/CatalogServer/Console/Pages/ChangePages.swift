import Catalog
import Glibc

/// What changed, the newest first.
struct ChangeList: Sendable {
  let selects: [FilterForm.Select]
  let count: String
  let changes: [ChangeRow]
  /// What is said where there are none.
  let nothing: String
  /// The newest changes; nil on their page.
  let newest: String?
  /// Changes before these; nil where there are none.
  let older: String?

  static let path = "\(ConsoleAddress.root)/changes"
  /// How many changes a page has.
  static let length = 200
  private static let kinds = [("", "Any")] + CatalogChange.Kind.allCases.map { ($0.rawValue, $0.rawValue) }
  private static let fields = [
    ("", "Any"), ("pricing", "prices"), ("context_length", "context"), ("max_output", "longest answer"),
    ("status", "status"), ("override", "overrides"),
  ]

  /// What is asked for.
  struct Query: Sendable {
    let filter: ChangeFilter
    /// Only changes before this one; nil for the newest.
    let before: Int?
    /// Names and values as given, without ``before``.
    fileprivate let given: [(name: String, value: String)]

    /// - Throws: ``Problem`` when the query is not understood.
    init(_ given: [(name: String, value: String)]) throws(Problem) {
      let given = given.filter { !$0.value.isEmpty }
      var parameters = Parameters(given)
      let provider = try parameters.takeProviderName().map { name throws(Problem) in try ProviderSlug(given: name) }
      let kind = try parameters.takeChoice("kind", of: CatalogChange.Kind.allCases.map(\.rawValue))
      let field = try parameters.take("field")
      before = try parameters.takeInteger("before", in: 1...Int(Int32.max) * 1_000)
      try parameters.finish(known: ["gateway", "provider", "kind", "field", "before"])
      filter = ChangeFilter(provider: provider, kind: kind.flatMap(CatalogChange.Kind.init), field: field)
      self.given = given.filter { $0.name != "before" }
    }

    fileprivate func address(before: Int?) -> String {
      ConsoleAddress.of(path, given + (before.map { [("before", String($0))] } ?? []))
    }
  }

  /// - Parameter found: the changes that match.
  init(_ query: Query, _ found: OlderChanges, in snapshot: CatalogSnapshot) {
    changes = found.changes.map { ChangeRow($0, in: snapshot) }
    count = "\(ConsoleText.grouped(changes.count)) \(changes.count == 1 ? "change" : "changes")"
    older = found.next.map { query.address(before: $0) }
    newest = query.before.map { _ in query.address(before: nil) }
    nothing =
      older != nil
      ? "Nothing that was looked at matches. There are older changes." : "Nothing of this has changed."
    selects = [
      FilterForm.Select.provider(of: snapshot.parts.map(\.provider), current: query.filter.provider?.text),
      FilterForm.Select("kind", "Kind", Self.kinds, current: query.filter.kind?.rawValue),
      FilterForm.Select("field", "Field", Self.fields, current: query.filter.field),
    ]
  }
}

/// One change of the log.
struct ChangeRow: Sendable {
  let at: String
  let effective: String?
  let provider: String
  let providerAddress: String
  let offer: String
  /// The page of the model; nil where the offer is gone.
  let offerAddress: String?
  let kind: String
  let field: String
  let before: LongValue
  let after: LongValue

  private static let longest = 160

  init(_ change: CatalogChange, in snapshot: CatalogSnapshot) {
    at = ConsoleText.time(change.at)
    let effective = ConsoleText.time(change.effectiveAt)
    self.effective = effective == at ? nil : effective
    provider = change.provider.text
    providerAddress = ConsoleAddress.provider(change.provider)
    offer = change.offer
    let known = snapshot.offers(named: change.offer, provider: change.provider).first
    offerAddress = known.map { ConsoleAddress.model($0.identity.key.text) }
    kind = change.kind.rawValue
    field = change.field ?? "all prices"
    before = Self.text(change.oldValue, of: change.field)
    after = Self.text(change.newValue, of: change.field)
  }

  /// A value of the log as people read it: prices by the million tokens, times as days, the rest as it is.
  private static func text(_ value: String?, of field: String?) -> LongValue {
    let shown = value.map { value in
      switch field {
      case nil: prices(value) ?? value
      case "created"?: Int(value).map { ConsoleText.time(unixSeconds: $0) } ?? value
      default: price(value, of: field) ?? value
      }
    }
    return LongValue(shown ?? ConsoleText.nothing, longest: longest)
  }

  private static func price(_ value: String, of field: String?) -> String? {
    let member = field?.hasPrefix("pricing.") == true ? field?.dropFirst("pricing.".count) : nil
    guard let component = member.flatMap({ PriceComponent(rawValue: String($0)) }) else { return nil }
    do {
      return ConsoleText.price(.stored(try ExactDecimal(parsing: value), per: component.defaultUnit))
    } catch {
      // A price with a unit of its own is an object, and shown as it is.
      return nil
    }
  }

  private static func prices(_ json: String) -> String? {
    do {
      let pricing = try Pricing(json: json)
      let prompt = PriceCell(.prompt, of: pricing)
      let completion = PriceCell(.completion, of: pricing)
      return prompt.text == completion.text ? prompt.text : "\(prompt.text) / \(completion.text)"
    } catch {
      // Somebody wrote something else into the log.
      return nil
    }
  }
}

/// Offers that are deprecated or end.
struct DeprecationList: Sendable {
  struct Row: Sendable {
    let offer: OfferRow
    let deprecated: String
    let ends: String
    let left: String
    let isPast: Bool
  }

  let selects: [FilterForm.Select]
  let count: String
  let rows: [Row]
  let paging: Paging

  static let path = "\(ConsoleAddress.root)/deprecations"
  private static let days = [("", "Any time"), ("30", "30 days"), ("90", "90 days"), ("365", "a year")]

  /// - Throws: ``Problem`` when the query is not understood.
  init(_ given: [(name: String, value: String)], in snapshot: CatalogSnapshot) throws(Problem) {
    guard let today = CalendarDate(unixSeconds: time(nil)) else {
      throw .unavailable("the clock of the server is wrong")
    }
    let query = try ListQuery(given)
    var parameters = Parameters(query.filters)
    let provider = try parameters.takeProvider(in: snapshot)
    let days = try parameters.takeInteger("within_days", in: 0...36_500)
    try parameters.finish(known: ["gateway", "provider", "within_days", "page"])
    let found = DeprecationQuery(provider: provider, withinDays: days).run(on: snapshot, today: today)
    count = "\(ConsoleText.grouped(found.count)) \(found.count == 1 ? "offer" : "offers")"
    rows = query.slice(found).map { Row($0, today: today) }
    paging = Paging(query, total: found.count, path: Self.path)
    selects = [
      FilterForm.Select.provider(of: snapshot.parts.map(\.provider), current: provider?.text),
      FilterForm.Select("within_days", "Going within", Self.days, current: days.map(String.init)),
    ]
  }
}

extension DeprecationList.Row {
  fileprivate init(_ offer: CatalogOffer, today: CalendarDate) {
    self.offer = OfferRow(offer)
    deprecated = offer.offer.deprecationDate?.description ?? ConsoleText.nothing
    ends = offer.offer.expiryDate?.description ?? ConsoleText.nothing
    let days = offer.offer.lastDay.map { $0.daysSinceEpoch - today.daysSinceEpoch }
    isPast = days.map { $0 < 0 } ?? false
    switch days {
    case nil: left = "no day given"
    case 0?: left = "today"
    case let days? where days < 0: left = "\(ConsoleText.grouped(-days)) days ago"
    case let days?: left = "in \(ConsoleText.grouped(days)) days"
    }
  }
}
