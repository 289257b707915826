import NIOConcurrencyHelpers
import TestSupport
import Testing
import TieredCaching

/// A source whose answers a test holds back, fails and counts.
private final class ScriptedSource: PartSource {
  private struct State {
    var revision: Int64 = 1
    var failure: String?
    var manifests = 0
    var loads = 0
    var isHeld = false
    var held: [CheckedContinuation<Void, Never>] = []
  }

  struct Failure: Error, CustomStringConvertible { let description: String }

  private let state = NIOLockedValueBox(State())

  var loads: Int { state.withLockedValue { $0.loads } }
  var manifests: Int { state.withLockedValue { $0.manifests } }

  func commit() { state.withLockedValue { $0.revision += 1 } }
  func fail(with reason: String?) { state.withLockedValue { $0.failure = reason } }
  func hold() { state.withLockedValue { $0.isHeld = true } }

  func release() {
    let held = state.withLockedValue { state in
      state.isHeld = false
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }

  /// Reads the revision first and answers later, as a slow database does.
  func manifest() async throws -> Manifest {
    let (revision, failure) = state.withLockedValue { state in
      state.manifests += 1
      return (state.revision, state.failure)
    }
    await withCheckedContinuation { continuation in
      let isHeld = state.withLockedValue { state in
        if state.isHeld { state.held.append(continuation) }
        return state.isHeld
      }
      if !isHeld { continuation.resume() }
    }
    if let failure { throw Failure(description: failure) }
    return Self.manifest(revision)
  }

  func load(changedSince known: Manifest?) async throws -> PartDelta<Int64> {
    let revision = state.withLockedValue { state in
      state.loads += 1
      return state.revision
    }
    return PartDelta(manifest: Self.manifest(revision), parts: [PartID("x"): revision])
  }

  private static func manifest(_ revision: Int64) -> Manifest {
    Manifest(lifetime: "a", revisions: [PartID("x"): Revision(revision)])
  }
}

@Suite("Tiered cache", .timeLimit(.minutes(1)))
struct TieredCacheTests {
  private typealias Cache = TieredCache<ScriptedSource, Int64>

  /// Runs `body` with a cache that is kept current, on time that only the test moves.
  private func withCache(_ body: @escaping @Sendable (Cache, ScriptedSource, ManualTime) async throws -> Void)
    async throws
  {
    let source = ScriptedSource()
    let time = ManualTime()
    let cache = Cache(
      source: source, policy: CachePolicy(staleLimit: .seconds(10)), time: time,
      assemble: { delta, previous in delta.parts[PartID("x")] ?? previous ?? 0 }, record: { _ in })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await cache.run() }
      try await body(cache, source, time)
      group.cancelAll()
    }
  }

  @Test("A herd of first readers makes one load")
  func herd() async throws {
    try await withCache { cache, source, _ in
      let values = try await withThrowingTaskGroup(of: Int64.self) { group in
        for _ in 0..<100 { group.addTask { try await cache.read().value } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(values == Array(repeating: 1, count: 100))
      #expect(source.loads == 1)
    }
  }

  @Test("A writer that refreshes reads its own write, even if a check that began earlier is still on its way")
  func refreshDoesNotJoinAnEarlierCheck() async throws {
    try await withCache { cache, source, time in
      _ = try await cache.read()
      source.hold()
      async let early: Void = cache.refresh()
      while source.manifests < 2 { await Task.yield() }
      time.advance(by: .milliseconds(10))
      source.commit()
      async let late: Void = cache.refresh()
      source.release()
      try await early
      try await late
      #expect(cache.current()?.value == 2)
    }
  }

  @Test("A failing source leaves the last good value, marked stale with its age, and its reason is known")
  func staleIfError() async throws {
    try await withCache { cache, source, time in
      _ = try await cache.read()
      source.fail(with: "disk on fire")
      source.commit()
      time.advance(by: .seconds(3))
      await #expect(throws: CacheError.self) { try await cache.refresh() }
      let served = try #require(cache.current())
      #expect(served.value == 1)
      #expect(served.freshness == .stale)
      #expect(served.age >= .seconds(3))
      #expect(cache.coherence.lastFailure == "disk on fire")
      time.advance(by: .seconds(20))
      #expect(cache.current() == nil)
      source.fail(with: nil)
      try await cache.refresh()
      #expect(cache.current()?.value == 2)
      #expect(cache.current()?.freshness == .fresh)
    }
  }

  @Test("The heartbeat brings a foreign change without any reader asking")
  func heartbeat() async throws {
    try await withCache { cache, source, time in
      _ = try await cache.read()
      source.commit()
      while cache.current()?.value != 2 {
        time.advance(by: .milliseconds(50))
        await Task.yield()
      }
      #expect(cache.current()?.freshness == .fresh)
    }
  }

  @Test("A reader that gives up neither fails the others nor wedges the cache")
  func cancellation() async throws {
    try await withCache { cache, source, _ in
      source.hold()
      let impatient = Task { try await cache.read() }
      let patient = Task { try await cache.read() }
      while source.manifests < 1 { await Task.yield() }
      impatient.cancel()
      await #expect(throws: CancellationError.self) { try await impatient.value }
      source.release()
      let value = try await patient.value.value
      #expect(value == 1)
    }
  }

  @Test("A reader does not wait longer than the load timeout")
  func loadTimeout() async throws {
    try await withCache { cache, source, time in
      source.hold()
      let reader = Task { try await cache.read() }
      while source.manifests < 1 { await Task.yield() }
      let result = await withTaskGroup(of: Void.self) { group in
        group.addTask {
          while !Task.isCancelled {
            time.advance(by: .seconds(1))
            await Task.yield()
          }
        }
        defer { group.cancelAll() }
        return await reader.result
      }
      source.release()
      #expect(throws: CacheError.self) { try result.get() }
    }
  }
}
