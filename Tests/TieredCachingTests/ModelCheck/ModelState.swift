/// What the surroundings of the protocol may do, each a bounded number of times.
enum ModelEvent: Int, CaseIterable, Sendable {
  /// A heartbeat of a worker, or the start of a strict read: both ask the database and the shared tier.
  case tickOfFirst, tickOfSecond
  /// A transaction in the database; its publication is a step of its own, which may never come.
  case commit
  /// The shared tier loses everything.
  case flush
  /// A replica of the shared tier takes over that has not seen what happened since the last publication began.
  case failover
  /// A worker dies and starts anew; what it asked for is still done.
  case crash
  /// An answer is lost; what was asked for may be done at any time later, or never.
  case loss
  /// An answer, or a value that is built, comes at any time later. Others come at once; requests may always take long.
  case delay
  /// More time than the staleness bound, the lease and the delay between tries goes by.
  case wait
  /// Somebody caches a part by hand.
  case override
  /// The shared tier lets go of a part.
  case eviction
  /// A load is answered by a replica of the database that is one commit behind.
  case lag
  /// Another database takes the place of this one.
  case replacement
}

/// One state of the model, as numbers: of the interned workers, servers and messages, and plain ones.
struct ModelState: Hashable {
  private var words: [UInt32]

  static let workerCount = 2
  private static let fixedWords = 8

  init(workers: [UInt32], servers: UInt32, budget: [ModelEvent: Int]) {
    words = Array(repeating: 0, count: Self.fixedWords)
    words[0] = workers[0]
    words[1] = workers[1]
    words[2] = servers
    for (event, count) in budget { words[4 + event.rawValue / 8] |= UInt32(count) << (4 * UInt32(event.rawValue % 8)) }
  }

  func worker(_ index: Int) -> UInt32 { words[index] }

  var servers: UInt32 { words[2] }

  /// Logical time in milliseconds: it moves on with events only.
  var now: UInt32 { words[3] & 0xff_ffff }

  /// The commits that may still be published, one bit each.
  private(set) var unpublished: UInt32 {
    get { words[3] >> 24 }
    set { words[3] = now | newValue << 24 }
  }

  func left(_ event: ModelEvent) -> UInt32 { words[4 + event.rawValue / 8] >> (4 * UInt32(event.rawValue % 8)) & 15 }

  /// The flight that a worker was last given the lease for, and until when; nil when nobody has to care any more.
  func lease(of worker: Int) -> (flight: UInt32, until: UInt32)? {
    words[6 + worker] == 0 ? nil : (words[6 + worker] >> 20, words[6 + worker] & 0xf_ffff)
  }

  var messageCount: Int { words.count - Self.fixedWords }

  func message(_ index: Int) -> UInt32 { words[Self.fixedWords + index] }

  // MARK: Changing

  mutating func setWorker(_ index: Int, _ worker: UInt32) { words[index] = worker }

  mutating func setServers(_ servers: UInt32) { words[2] = servers }

  mutating func advance(by milliseconds: UInt32) { words[3] += milliseconds }

  mutating func use(_ event: ModelEvent) { words[4 + event.rawValue / 8] -= 1 << (4 * UInt32(event.rawValue % 8)) }

  mutating func addUnpublished(_ commit: UInt32) { unpublished |= 1 << commit }

  mutating func removeUnpublished(_ commit: UInt32) { unpublished &= ~(1 << commit) }

  mutating func setLease(of worker: Int, flight: UInt32, until: UInt32) { words[6 + worker] = flight << 20 | until }

  mutating func clearLease(of worker: Int) { words[6 + worker] = 0 }

  /// Takes a message out of the network.
  mutating func removeMessage(at index: Int) { words.remove(at: Self.fixedWords + index) }

  /// Puts a message into the network. The order of messages means nothing, so they are kept in one order.
  mutating func insert(_ message: UInt32) {
    var place = words.count
    while place > Self.fixedWords, words[place - 1] > message { place -= 1 }
    words.insert(message, at: place)
  }
}
