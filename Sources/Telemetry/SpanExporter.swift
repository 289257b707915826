public import Logging
import NIOConcurrencyHelpers
public import ServiceLifecycle
public import TieredCaching

/// Why a batch of spans did not arrive.
public struct ExportFailure: Error, CustomStringConvertible {
  /// What is wrong, for a person.
  public let description: String
  /// Whether it may arrive when it is sent again.
  public let isRetryable: Bool

  /// A failure.
  public init(_ description: String, isRetryable: Bool) {
    self.description = description
    self.isRetryable = isRetryable
  }
}

/// Keeps ended spans until they have been sent, in batches. A receiver that does not keep up costs spans, which are counted,
/// and never memory or time of a request.
public final class SpanExporter: Sendable {
  /// How much is kept, and how often it is sent.
  public struct Limits: Sendable {
    /// The most spans that wait.
    public var waiting = 8_192
    /// The most spans of a batch.
    public var batch = 512
    /// How often they are sent.
    public var interval = Duration.seconds(1)
    /// How often a batch is sent before it is given up.
    public var attempts = 5
    /// The pause after the first attempt; each further one is twice as long, and up to half of each is left to chance.
    public var firstPause = Duration.seconds(1)

    /// The usual limits.
    public init() {}
  }

  private struct State {
    var waiting: [FinishedSpan] = []
    /// Spans that found no place since this was last told.
    var dropped = 0
  }

  private let limits: Limits
  private let document: SpanDocument
  private let send: @Sendable ([UInt8]) async throws -> Void
  private let time: any TimeSource
  private let logger: Logger
  private let onLoss: @Sendable (Int) -> Void
  private let state = NIOLockedValueBox(State())

  /// An exporter.
  ///
  /// - Parameters:
  ///   - document: what the spans come from.
  ///   - time: monotonic time.
  ///   - logger: told of spans that are lost.
  ///   - onLoss: told how many spans are lost, whether they found no place or did not arrive.
  ///   - send: delivers one document; throws ``ExportFailure``.
  public init(
    limits: Limits = Limits(), document: SpanDocument, time: any TimeSource = SystemTime(), logger: Logger,
    onLoss: @escaping @Sendable (Int) -> Void = { _ in },
    send: @escaping @Sendable ([UInt8]) async throws -> Void
  ) {
    self.limits = limits
    self.document = document
    self.time = time
    self.logger = logger
    self.onLoss = onLoss
    self.send = send
  }

  /// Takes a span that has ended; where there is no place left, it is dropped and counted.
  public func add(_ span: FinishedSpan) {
    state.withLockedValue { state in
      guard state.waiting.count < limits.waiting else { return state.dropped += 1 }
      state.waiting.append(span)
    }
  }

  /// Sends everything that waits, until a batch does not arrive; what is left then is lost.
  public func flush() async {
    while let batch = takeBatch() {
      let delivery = await deliver(batch, attempts: 1)
      tellDropped()
      if delivery == .arrived { continue }
      if delivery == .brokenOff { putBack(batch) }
      return dropWaiting()
    }
  }

  private func exportRegularly() async {
    while !Task.isCancelled {
      do { try await time.sleep(until: time.now + limits.interval) } catch { return }
      while let batch = takeBatch() {
        let delivery = await deliver(batch, attempts: limits.attempts)
        // While the receiver is away, the next batch takes as long.
        tellDropped()
        if delivery == .brokenOff { return putBack(batch) }
      }
    }
  }

  private func takeBatch() -> [FinishedSpan]? {
    state.withLockedValue { state in
      let batch = Array(state.waiting.prefix(limits.batch))
      state.waiting.removeFirst(batch.count)
      return batch.isEmpty ? nil : batch
    }
  }

  /// A batch that was under way when the server was told to end; it goes with the last ones.
  private func putBack(_ batch: [FinishedSpan]) {
    state.withLockedValue { $0.waiting.insert(contentsOf: batch, at: 0) }
  }

  /// What came of a batch.
  private enum Delivery {
    case arrived
    case givenUp
    /// The task was cancelled before.
    case brokenOff
  }

  /// Sends a batch, several times where that may help.
  private func deliver(_ batch: [FinishedSpan], attempts: Int) async -> Delivery {
    let bytes = document.bytes(of: batch)
    var pause = limits.firstPause
    for attempt in 1...attempts {
      do {
        try await send(bytes)
        return .arrived
      } catch {
        if Task.isCancelled { return .brokenOff }
        if attempt == attempts || (error as? ExportFailure)?.isRetryable == false {
          logger.warning("Spans could not be exported", metadata: ["spans": "\(batch.count)", "reason": "\(error)"])
          onLoss(batch.count)
          return .givenUp
        }
      }
      do { try await time.sleep(until: time.now + pause * Double.random(in: 0.5...1)) } catch { return .brokenOff }
      pause *= 2
    }
    return .givenUp
  }

  private func tellDropped() {
    let dropped = state.withLockedValue { state in
      defer { state.dropped = 0 }
      return state.dropped
    }
    guard dropped > 0 else { return }
    onLoss(dropped)
    logger.warning("Spans were dropped: too many wait", metadata: ["spans": "\(dropped)"])
  }

  private func dropWaiting() {
    let count = state.withLockedValue { state in
      defer { state.waiting = [] }
      return state.waiting.count
    }
    guard count > 0 else { return }
    onLoss(count)
    logger.warning("Spans were dropped: the program ends", metadata: ["spans": "\(count)"])
  }
}

extension SpanExporter: Service {
  /// Sends spans until the server ends, and then those that are left.
  public func run() async throws {
    await cancelWhenGracefulShutdown { await self.exportRegularly() }
    await flush()
  }
}
