/// Which changes of the log are wanted.
public struct ChangeFilter: Sendable {
  /// Only this provider's.
  public var provider: ProviderSlug?
  /// Only of this kind.
  public var kind: CatalogChange.Kind?
  /// Only of this field, such as `pricing.prompt`, or of all fields whose names begin with it and a point, such as `pricing`.
  public var field: String?

  /// A filter; by default all changes are wanted.
  public init(provider: ProviderSlug? = nil, kind: CatalogChange.Kind? = nil, field: String? = nil) {
    self.provider = provider
    self.kind = kind
    self.field = field
  }

  /// Whether a change is of the wanted kind and field.
  public func contains(_ change: CatalogChange) -> Bool {
    guard kind == nil || change.kind == kind else { return false }
    guard let field else { return true }
    return change.field.map { $0 == field || $0.hasPrefix("\(field).") } ?? false
  }

  /// Whether it looks at nothing that the database does not look at.
  fileprivate var isPlain: Bool { kind == nil && field == nil }
}

/// A stretch of the change log.
public struct ChangePage: Sendable {
  /// The changes that were wanted, oldest first.
  public let changes: [CatalogChange]
  /// The sequence number to go on after. Changes that were read and not wanted are behind it, so it may move without any.
  public let next: Int
  /// Whether more of the log was not read.
  public let hasMore: Bool
}

/// A stretch of the change log, backwards.
public struct OlderChanges: Sendable {
  /// The changes that were wanted, newest first.
  public let changes: [CatalogChange]
  /// The sequence number to go on before; nil where the log has been read to its beginning. Changes that were read and not
  /// wanted are behind it, so it may move without any.
  public let next: Int?
}

extension CatalogStore {
  /// The wanted changes before a sequence number, newest first.
  ///
  /// - Parameters:
  ///   - sequence: only changes with smaller numbers.
  ///   - filter: which changes are wanted.
  ///   - limit: the most changes to return.
  ///   - reading: the most changes to look at, about.
  /// - Throws: ``StoreError`` when the database does not answer.
  public func changes(
    before sequence: Int, matching filter: ChangeFilter, limit: Int, reading: Int
  ) async throws -> OlderChanges {
    var found: [CatalogChange] = []
    var end = sequence
    var read = 0
    // Stretches of so many numbers have no more changes than that. Longer ones may, as when others' changes are between.
    let step = filter.isPlain ? limit + 1 : 1_000
    var width = step
    while end > 1, read < reading {
      let start = max(0, end - 1 - width)
      let changes = try await changes(after: start, provider: filter.provider, limit: step)
      read += changes.count
      if changes.count == step, let last = changes.last, last.sequence < end - 1, width > step {
        width = max(step, width / 4)
        continue
      }
      for change in changes.reversed() where change.sequence < end && filter.contains(change) {
        guard found.count < limit else { return OlderChanges(changes: found, next: found.last?.sequence ?? sequence) }
        found.append(change)
      }
      if changes.count * 4 < step { width *= 4 }
      end = start + 1
    }
    return OlderChanges(changes: found, next: end > 1 ? end : nil)
  }

  /// The wanted changes after a sequence number, oldest first.
  ///
  /// - Parameters:
  ///   - sequence: only changes with larger numbers; 0 for all.
  ///   - filter: which changes are wanted.
  ///   - limit: the most changes to return.
  ///   - reading: the most changes to look at, about.
  /// - Throws: ``StoreError`` when the database does not answer.
  public func changes(
    after sequence: Int, matching filter: ChangeFilter, limit: Int, reading: Int
  ) async throws -> ChangePage {
    var found: [CatalogChange] = []
    var next = sequence
    var read = 0
    // One more than is wanted shows whether there is more.
    let step = filter.isPlain ? limit + 1 : 1_000
    while true {
      let changes = try await changes(after: next, provider: filter.provider, limit: step)
      for change in changes {
        if filter.contains(change) {
          guard found.count < limit else { return ChangePage(changes: found, next: next, hasMore: true) }
          found.append(change)
        }
        next = change.sequence
      }
      read += changes.count
      guard changes.count == step else { return ChangePage(changes: found, next: next, hasMore: false) }
      guard read < reading else { return ChangePage(changes: found, next: next, hasMore: true) }
    }
  }

  /// The newest changes, oldest first. The log is not read from its beginning: the place is found by halving.
  ///
  /// - Parameters:
  ///   - provider: only this provider's changes.
  ///   - limit: the most changes to return.
  ///   - hint: a sequence number near the place where they may begin, such as of the last time; it only saves questions.
  /// - Throws: ``StoreError`` when the database does not answer.
  public func newestChanges(
    provider: ProviderSlug? = nil, limit: Int, hint: Int = 0
  ) async throws -> [CatalogChange] {
    // After `low` there are too many changes, after `high` there are not.
    var low = max(0, hint)
    var high = low
    var found = try await changes(after: low, provider: provider, limit: limit + 1)
    var step = 1
    while found.count > limit {
      low = high
      high = low + step
      step *= 2
      found = try await changes(after: high, provider: provider, limit: limit + 1)
    }
    if low == high {
      step = 1
      repeat {
        low = max(0, high - step)
        step *= 2
        let more = try await changes(after: low, provider: provider, limit: limit + 1)
        if more.count > limit { break }
        (found, high) = (more, low)
      } while low > 0
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      let more = try await changes(after: middle, provider: provider, limit: limit + 1)
      if more.count > limit { low = middle } else { (found, high) = (more, middle) }
    }
    return found
  }
}
