import NIOConcurrencyHelpers

/// What a derived value is, by a name that the caller has checked.
public struct ViewKey: Sendable, Hashable {
  /// The kind of view, from a closed set of names; it may become a metric label.
  public let view: String
  /// Which one of the kind.
  public let name: String

  /// A key.
  public init(view: String, name: String) {
    self.view = view
    self.name = name
  }
}

/// Derived values of one version at a time, bounded by entries and by bytes.
///
/// Eviction is segmented LRU (Karedla, Love and Wherry, 1994): a new entry must be read again before it can push out
/// entries that were, so a scan over many keys only replaces other entries of the scan. When the version moves, all
/// entries of the old one go at once; an entry of another version is never returned.
public final class LocalTier<Value: Sendable>: Sendable {
  /// How many entries and bytes there are.
  public struct Size: Sendable, Equatable {
    /// Entries held.
    public var entries: Int
    /// Bytes held, by the cost that each entry was stored with.
    public var bytes: Int
    /// Bytes set aside for values that are being made.
    public var reservedBytes: Int
  }

  private let segments: NIOLockedValueBox<Segments<Value>>
  private let maximumEntryBytes: Int

  /// An empty tier.
  ///
  /// - Parameters:
  ///   - maximumEntries: the most entries; the specification's limit is 500.
  ///   - maximumBytes: the most bytes. A single value may take half of them; a larger one is not held.
  public init(maximumEntries: Int = 500, maximumBytes: Int) {
    segments = NIOLockedValueBox(Segments(maximumEntries: maximumEntries, maximumBytes: maximumBytes))
    maximumEntryBytes = maximumBytes / 2
  }

  /// The value of `key` at exactly `version`.
  public func value(for key: ViewKey, version: String) -> Value? {
    segments.withLockedValue { $0.value(for: key, version: version) }
  }

  /// Stores a value that was derived from `version`.
  ///
  /// - Parameters:
  ///   - value: what to hold.
  ///   - key: what it is asked for by.
  ///   - version: what it was derived from.
  ///   - bytes: what it costs.
  /// - Returns: whether it is held; a value that is too large, or of a version that is older than the newest seen, is not.
  @discardableResult
  public func store(_ value: Value, for key: ViewKey, version: String, bytes: Int) -> Bool {
    guard bytes <= maximumEntryBytes else { return false }
    return segments.withLockedValue { $0.store(value, for: key, version: version, bytes: bytes) }
  }

  /// Sets bytes aside for a value that is about to be made, if need be in place of entries, so that both together stay
  /// within the limit. ``release(_:)`` gives them back.
  ///
  /// A quarter of the limit can be set aside at a time, so that many values that nobody asks for twice do not push out what
  /// is read again and again.
  ///
  /// - Parameter bytes: what it may take. More than a quarter of the limit counts as a quarter, so that it can be made once
  ///   nothing else is.
  /// - Returns: whether there was room beside what others have set aside.
  public func reserve(_ bytes: Int) -> Bool { segments.withLockedValue { $0.reserve(bytes) } }

  /// Gives back what ``reserve(_:)`` set aside for the same number of bytes.
  public func release(_ bytes: Int) { segments.withLockedValue { $0.release(bytes) } }

  /// Drops everything and holds values of `version` from now on.
  public func move(to version: String) { segments.withLockedValue { $0.move(to: version) } }

  /// How many entries and bytes there are.
  public var size: Size {
    segments.withLockedValue { Size(entries: $0.count, bytes: $0.bytes, reservedBytes: $0.reserved) }
  }
}

/// The two segments as doubly linked lists through an array of nodes, so that nothing is allocated on a hit.
private struct Segments<Value: Sendable>: Sendable {
  private struct Node: Sendable {
    var key: ViewKey
    /// Nil in a node that is free.
    var value: Value?
    var bytes: Int
    var isProtected: Bool
    var previous: Int
    var next: Int
  }

  private struct List: Sendable {
    var head = -1
    var tail = -1
    var count = 0
  }

  private let maximumEntries: Int
  private let maximumBytes: Int
  private var version = ""
  private var nodes: [Node] = []
  private var free: [Int] = []
  private var places: [ViewKey: Int] = [:]
  private var probation = List()
  private var protected = List()
  private(set) var bytes = 0
  private(set) var reserved = 0

  init(maximumEntries: Int, maximumBytes: Int) {
    self.maximumEntries = maximumEntries
    self.maximumBytes = maximumBytes
  }

  var count: Int { places.count }

  mutating func move(to version: String) {
    guard version != self.version else { return }
    self.version = version
    nodes.removeAll()
    free.removeAll()
    places.removeAll(keepingCapacity: true)
    probation = List()
    protected = List()
    bytes = 0
  }

  mutating func value(for key: ViewKey, version: String) -> Value? {
    guard version == self.version, let place = places[key] else { return nil }
    let wasProtected = nodes[place].isProtected
    if !wasProtected || protected.head != place {
      unlink(place)
      link(place, isProtected: true)
      if !wasProtected, protected.count > maximumEntries * 4 / 5 { demoteOldest() }
    }
    return nodes[place].value
  }

  private mutating func demoteOldest() {
    let oldest = protected.tail
    unlink(oldest)
    link(oldest, isProtected: false)
  }

  mutating func store(_ value: Value, for key: ViewKey, version: String, bytes: Int) -> Bool {
    guard version == self.version else { return false }
    if let place = places[key] { remove(place) }
    while places.count >= maximumEntries || self.bytes + reserved + bytes > maximumBytes {
      guard evict() else { return false }
    }
    let node = Node(key: key, value: value, bytes: bytes, isProtected: false, previous: -1, next: -1)
    let place = free.popLast() ?? nodes.count
    if place == nodes.count { nodes.append(node) } else { nodes[place] = node }
    places[key] = place
    self.bytes += bytes
    link(place, isProtected: false)
    return true
  }

  mutating func reserve(_ bytes: Int) -> Bool {
    let bytes = min(bytes, maximumReserved)
    guard reserved + bytes <= maximumReserved else { return false }
    reserved += bytes
    while self.bytes + reserved > maximumBytes, evict() {}
    return true
  }

  mutating func release(_ bytes: Int) { reserved -= min(bytes, maximumReserved) }

  private var maximumReserved: Int { maximumBytes / 4 }

  private mutating func evict() -> Bool {
    let victim = probation.tail >= 0 ? probation.tail : protected.tail
    guard victim >= 0 else { return false }
    remove(victim)
    return true
  }

  private mutating func remove(_ place: Int) {
    unlink(place)
    bytes -= nodes[place].bytes
    places.removeValue(forKey: nodes[place].key)
    nodes[place].value = nil
    free.append(place)
  }

  private mutating func link(_ place: Int, isProtected: Bool) {
    let head = isProtected ? protected.head : probation.head
    nodes[place].isProtected = isProtected
    nodes[place].previous = -1
    nodes[place].next = head
    if head >= 0 { nodes[head].previous = place }
    change(isProtected) { list in
      list.head = place
      if list.tail < 0 { list.tail = place }
      list.count += 1
    }
  }

  private mutating func unlink(_ place: Int) {
    let previous = nodes[place].previous
    let next = nodes[place].next
    if previous >= 0 { nodes[previous].next = next }
    if next >= 0 { nodes[next].previous = previous }
    change(nodes[place].isProtected) { list in
      if previous < 0 { list.head = next }
      if next < 0 { list.tail = previous }
      list.count -= 1
    }
  }

  private mutating func change(_ isProtected: Bool, _ body: (inout List) -> Void) {
    if isProtected { body(&protected) } else { body(&probation) }
  }
}
