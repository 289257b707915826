internal import Catalog

/// The creation times of one body, of which many providers send meaningless ones.
///
/// A time that changes with every request would make every sync a change of all offers, so it is better not stated.
struct CreationTimes {
  private struct Entry {
    let seconds: Int
    let listing: Int
    let offer: Int
    let place: RowPlace
  }

  private var entries: [Entry] = []

  /// Constants that NVIDIA and Atlas Cloud fill in.
  private static let constants: Set<Int> = [735_790_403, 1_626_777_600]
  /// A list of at least this many rows whose times lie closer together than ``requestSpan`` gives the time of the request.
  private static let fewestRowsOfOneRequest = 3
  /// How long, in seconds, a provider may take to write its list.
  private static let requestSpan = 60
  /// How far, in seconds, a provider's clock may be from ours.
  private static let clockSkew = 600

  /// Why one row's time means nothing, nil where it may mean something.
  static func flaw(of seconds: Int) -> String? {
    if seconds <= 0 { return "\(seconds) is no time" }
    if constants.contains(seconds) { return "\(seconds) is a constant of the server, not the time of the model" }
    if seconds >= 100_000_000_000 { return "is in milliseconds" }
    return nil
  }

  /// Takes note of a row's time, which has no flaw of its own.
  mutating func add(_ seconds: Int, listing: Int, offer: Int, place: RowPlace) {
    entries.append(Entry(seconds: seconds, listing: listing, offer: offer, place: place))
  }

  /// Removes the times of a list whose rows all give the time of the request, with a notice.
  ///
  /// - Parameter observedAt: when the body was observed, in seconds since 1970; tells it for lists of few rows.
  func removeRequestTimes(from listings: inout [ProviderListing], observedAt: Int, _ notes: NoticeLog) {
    let times = entries.map(\.seconds)
    guard let first = times.min(), let last = times.max(), last - first < Self.requestSpan,
      times.count >= Self.fewestRowsOfOneRequest || abs(first - observedAt) <= Self.clockSkew
    else { return }
    for entry in entries {
      listings[entry.listing].offers[entry.offer].created = nil
      notes.addOnce(
        .droppedValue, at: entry.place, field: "created", "all rows give one time, of the request and not of the model")
    }
  }
}
