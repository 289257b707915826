import NIOConcurrencyHelpers

@testable import TieredCaching

/// A database of two parts, whose content says what it is, and whose answers a test holds back, fails and counts.
final class FaultySource: PartSource {
  struct Failure: Error, CustomStringConvertible { let description: String }

  /// What is asked for.
  enum Operation: Sendable, Hashable {
    case manifest, load
  }

  private struct State {
    var revisions: [PartID: Revision] = [.x: Revision(1), .y: Revision(1)]
    var failure: String?
    var asked: [Operation: Int] = [:]
    var loads: [Manifest?] = []
    /// Operations whose answers are held back, and who waits for them.
    var held: Set<Operation> = []
    var waiting: [Operation: [CheckedContinuation<Void, Never>]] = [:]
  }

  private let state = NIOLockedValueBox(State())
  private let notices = NIOLockedValueBox<(@Sendable (ChangeNotice) -> Void)?>(nil)

  // MARK: What tests do

  @discardableResult
  func commit(_ parts: PartID...) -> Manifest {
    state.withLockedValue { state in
      for part in parts { state.revisions[part] = Revision((state.revisions[part]?.number ?? 0) + 1) }
      return Self.manifest(state.revisions)
    }
  }

  /// Says something unasked, to a cache that runs.
  func notice(_ notice: ChangeNotice) { notices.withLockedValue { $0 }?(notice) }

  func fail(with reason: String?) { state.withLockedValue { $0.failure = reason } }

  /// How often something was asked for, failures included.
  func asked(_ operation: Operation) -> Int { state.withLockedValue { $0.asked[operation, default: 0] } }

  /// What was known to each load.
  var loads: [Manifest?] { state.withLockedValue { $0.loads } }

  /// Holds back the answers of an operation: the data is as of the question.
  func hold(_ operation: Operation) { state.withLockedValue { _ = $0.held.insert(operation) } }

  /// Lets the answers go that are held back, and with `onlyFirst` goes on to hold back the others.
  func release(_ operation: Operation, onlyFirst: Bool = false) {
    let waiting = state.withLockedValue { state in
      var waiting = state.waiting[operation, default: []]
      let released = onlyFirst ? Array(waiting.prefix(1)) : waiting
      waiting.removeFirst(released.count)
      state.waiting[operation] = waiting
      if !onlyFirst { state.held.remove(operation) }
      return released
    }
    for continuation in waiting { continuation.resume() }
  }

  // MARK: What the cache does

  static func content(_ part: PartID, _ label: PartLabel) -> String { "\(part)@\(label)" }

  private static func manifest(_ revisions: [PartID: Revision]) -> Manifest {
    Manifest(lifetime: "life", revisions: revisions)
  }

  private func enter(_ operation: Operation) async throws -> Manifest {
    let manifest = state.withLockedValue { state in
      state.asked[operation, default: 0] += 1
      return Self.manifest(state.revisions)
    }
    await withCheckedContinuation { continuation in
      let isHeld = state.withLockedValue { state in
        guard state.held.contains(operation) else { return false }
        state.waiting[operation, default: []].append(continuation)
        return true
      }
      if !isHeld { continuation.resume() }
    }
    if let failure = state.withLockedValue({ $0.failure }) { throw Failure(description: failure) }
    return manifest
  }

  func manifest() async throws -> Manifest { try await enter(.manifest) }

  func load(changedSince known: Manifest?, atLeast wanted: Manifest) async throws -> PartDelta<String> {
    state.withLockedValue { $0.loads.append(known) }
    let manifest = try await enter(.load)
    var parts: [PartID: String] = [:]
    for part in manifest.parts(differingFrom: known) {
      parts[part] = Self.content(part, PartLabel(revision: manifest.revisions[part] ?? .zero))
    }
    return PartDelta(manifest: manifest, parts: parts)
  }

  func watch(_ changed: @escaping @Sendable (ChangeNotice) -> Void) async {
    notices.withLockedValue { $0 = changed }
    do { try await Task.sleep(for: .seconds(3600)) } catch { return }
  }

  func itemCount(of part: String) -> Int { 1 }

  func encode(_ part: String) -> [UInt8] { Array(part.utf8) }

  func decode(_ bytes: [UInt8], of part: PartID, label: PartLabel) throws -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.hasPrefix("\(part)@") || label.override != nil else { throw Failure(description: "not a part: \(text)") }
    return text
  }
}
