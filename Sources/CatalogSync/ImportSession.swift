internal import Catalog

/// The import of one body: takes the offers of its rows, checks them and sorts them by provider.
final class ImportSession {
  let format: ImportFormat
  let context: ImportContext
  let notes = NoticeLog()
  /// The members of the body beside its rows.
  var header: [String: JSONValue] = [:]
  /// What the native format says about the body as a whole.
  var metadata: [String: String] = [:]
  private var rows = 0
  private(set) var listings: [ProviderListing] = []
  private var places: [ProviderSlug: Int] = [:]
  private var seen: [ProviderSlug: Set<String>] = [:]
  private var creation = CreationTimes()

  init(format: ImportFormat, context: ImportContext) {
    self.format = format
    self.context = context
  }

  /// Reads one row of the body.
  func read(row: String, _ value: JSONValue) throws(ImportError) {
    let place = RowPlace(format: format.name, row: row)
    guard let object = value.object else {
      throw .row(format: format.name, row: row, id: "", field: "row", reason: "expected an object, found \(value.kind)")
    }
    rows += 1
    try format.read(Fields(object: object, place: place, notes: notes), self)
  }

  /// Counts the rows of a body whose top-level rows contain the actual ones.
  func count(rows: Int) { self.rows += rows - 1 }

  /// Whether offers of this provider are wanted.
  func wants(_ provider: ProviderSlug) -> Bool {
    !format.isMultiProvider || context.provider == nil || context.provider == provider
  }

  /// An offer of the body's provider of which only the id is known.
  func offer(_ modelID: String, in row: Fields) throws(ImportError) -> Offer {
    guard let provider = context.provider ?? format.defaultProvider else {
      throw .providerMissing(format: format.name)
    }
    return offer(modelID, of: provider)
  }

  /// An offer of which only the id is known.
  func offer(_ modelID: String, of provider: ProviderSlug) -> Offer {
    Offer(
      provider: provider, modelID: modelID, source: context.source ?? format.name, observedAt: context.observedAt)
  }

  /// Checks an offer and adds it to its provider's listing.
  ///
  /// - Parameter name: the provider's name for people, where the body has one.
  func add(_ offer: Offer, from row: Fields, providerName name: String? = nil) throws(ImportError) {
    var bounded = offer
    let created = checkedCreation(of: offer, row.place)
    do {
      bounded.created = created
      bounded = try bounded.bounded()
    } catch {
      throw .row(
        format: format.name, row: row.place.row, id: String(offer.id.prefix(Offer.maximumIDLength)), field: error.field,
        reason: error.reason)
    }
    var place = row.place
    place.id = bounded.id
    let index = listing(of: bounded.provider, name: name)
    if !seen[bounded.provider, default: []].insert(bounded.id).inserted {
      notes.add(.duplicate, at: place, field: "id", "appears more than once; the last row counts")
    }
    if let created {
      creation.add(created, listing: index, offer: listings[index].offers.count, place: place)
    }
    listings[index].offers.append(bounded)
  }

  /// The offer's creation time unless it means nothing. A format that states times always gives real ones.
  private func checkedCreation(of offer: Offer, _ place: RowPlace) -> Int? {
    guard let created = offer.created, !format.states.contains(.created) else { return offer.created }
    guard let flaw = CreationTimes.flaw(of: created) else { return created }
    notes.addOnce(.droppedValue, at: place, field: "created", flaw)
    return nil
  }

  private func listing(of provider: ProviderSlug, name: String?) -> Int {
    if let place = places[provider] { return place }
    places[provider] = listings.count
    listings.append(
      ProviderListing(provider: Provider(slug: provider, name: name), offers: [], stated: []))
    return listings.count - 1
  }

  /// Gives a listing's provider its name and site, where the body says them apart from the offers.
  func describe(_ provider: Provider) {
    if let place = places[provider.slug] { listings[place].provider = provider }
  }

  /// The listings, once all rows are read.
  func finish() throws(ImportError) -> ParsedBody {
    try format.conclude(self)
    if listings.isEmpty {
      if format.isMultiProvider, let provider = context.provider {
        throw .providerNotInBody(format: format.name, provider: provider)
      }
      throw .emptyList(format: format.name)
    }
    if !format.states.contains(.created) {
      creation.removeRequestTimes(from: &listings, observedAt: context.observedAt, notes)
    }
    for index in listings.indices {
      let carried = listings[index].offers.reduce(into: OfferFields()) { $0.formUnion($1.carriedFields) }
      listings[index].stated = format.states.union(format.mayState.intersection(carried))
    }
    return ParsedBody(listings: listings, notices: notes.finished(), rows: rows, metadata: metadata)
  }
}
