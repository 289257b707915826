/// An aggregate of which not all elements have arrived.
struct RESPAggregate {
  private let mark: UInt8
  private var items: [RedisValue] = []
  /// How many elements are missing; a pair of a map counts as two.
  private(set) var remaining: Int

  /// An aggregate of `count` elements or pairs; nil if that is negative or more than `limit` elements.
  init?(mark: UInt8, count: Int64, limit: Int) {
    guard count >= 0, count <= limit else { return nil }
    let isPaired = mark == UInt8(ascii: "%") || mark == UInt8(ascii: "|")
    remaining = isPaired ? Int(count) * 2 : Int(count)
    guard remaining <= limit else { return nil }
    self.mark = mark
    // What is announced need not arrive: do not believe it before some of it has.
    items.reserveCapacity(min(remaining, 256))
  }

  /// Adds an element; whether it was the last.
  mutating func add(_ value: RedisValue) -> Bool {
    items.append(value)
    remaining -= 1
    return remaining == 0
  }

  /// The complete aggregate; nil for attributes, which mean nothing to this client.
  var value: RedisValue? {
    switch mark {
    case UInt8(ascii: "|"): nil
    case UInt8(ascii: "%"): .map(pairs)
    case UInt8(ascii: "~"): .set(items)
    case UInt8(ascii: ">"): .push(items)
    default: .array(items)
    }
  }

  private var pairs: [RedisMapEntry] {
    stride(from: 0, to: items.count, by: 2).map { RedisMapEntry(key: items[$0], value: items[$0 + 1]) }
  }
}
