import NIOCore
import TieredCaching

/// Makes one answer for all who ask for metrics within a moment: nobody is refused, and each scrape asks every worker of the
/// host.
actor SharedScrape {
  private let time: any TimeSource
  private let make: @Sendable () async -> ByteBuffer
  /// The newest scrape.
  private var scrape: Task<ByteBuffer, Never>?
  /// Until when it is good enough for whoever asks; nil while it is under way.
  private var endsAt: Duration?

  /// How long an answer is kept once it is there: less than anybody waits between two scrapes.
  static let lifetime = Duration.seconds(1)

  init(time: any TimeSource = SystemTime(), _ make: @escaping @Sendable () async -> ByteBuffer) {
    self.time = time
    self.make = make
  }

  /// The metrics of now, or of a moment ago.
  func text() async -> ByteBuffer {
    if let scrape, endsAt.map({ time.now < $0 }) ?? true { return await scrape.value }
    // A task of its own, so that a caller that goes away does not cut it short for the others.
    let begun = Task { await make() }
    (scrape, endsAt) = (begun, nil)
    let text = await begun.value
    endsAt = time.now + Self.lifetime
    return text
  }
}
