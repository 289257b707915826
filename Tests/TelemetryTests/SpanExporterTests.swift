import Logging
import NIOConcurrencyHelpers
import TestSupport
import Testing
import Tracing

@testable import Telemetry

@Suite("The exporter", .timeLimit(.minutes(1)))
struct SpanExporterTests {
  /// Takes documents, or fails.
  private final class Receiver: Sendable {
    struct State {
      var names: [[String]] = []
      var attempts = 0
      /// How often it still fails, and how.
      var failures: [ExportFailure] = []
    }

    let state = NIOLockedValueBox(State())

    func take(_ document: [UInt8]) throws {
      try state.withLockedValue { state in
        state.attempts += 1
        if !state.failures.isEmpty { throw state.failures.removeFirst() }
        let text = String(decoding: document, as: UTF8.self)
        state.names.append(text.matches(of: #/"name":"(span-\d+)"/#).map { String($0.output.1) })
      }
    }
  }

  private let receiver = Receiver()
  private let log = Lines()
  private let time = ManualTime()
  private let lost = NIOLockedValueBox(0)

  private func exporter(waiting: Int = 8, batch: Int = 4) -> SpanExporter {
    var limits = SpanExporter.Limits()
    limits.waiting = waiting
    limits.batch = batch
    return SpanExporter(
      limits: limits, document: SpanDocument(resource: []), time: time, logger: log.logger,
      onLoss: { [lost] count in lost.withLockedValue { $0 += count } }
    ) { [receiver] document in try receiver.take(document) }
  }

  private static func add(_ count: Int, to exporter: SpanExporter) {
    let tracer = RecordedTraces()
    for number in 0..<count { tracer.tracer().startSpan("span-\(number)", context: .topLevel).end() }
    for span in tracer.finished { exporter.add(span) }
  }

  /// Runs a test while the exporter runs and its time passes.
  private func running(_ exporter: SpanExporter, until isDone: () -> Bool) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await exporter.run() }
      defer { group.cancelAll() }
      for _ in 0..<2_000 where !isDone() {
        time.advance(by: .milliseconds(500))
        try await Task.sleep(for: .milliseconds(1))
      }
    }
  }

  @Test("sends what waits in batches, in its order")
  func batches() async {
    let exporter = exporter()
    Self.add(6, to: exporter)
    await exporter.flush()
    #expect(
      receiver.state.withLockedValue { $0.names } == [["span-0", "span-1", "span-2", "span-3"], ["span-4", "span-5"]])
  }

  @Test("keeps no more than its limit, and says how many were dropped")
  func bound() async {
    let exporter = exporter()
    Self.add(20, to: exporter)
    await exporter.flush()
    #expect(receiver.state.withLockedValue { $0.names.joined().count } == 8)
    #expect(log.lines == ["warning Spans were dropped: too many wait [spans: 12]"])
    #expect(lost.withLockedValue { $0 } == 12)
  }

  @Test("says that spans are dropped while the receiver is still away, and counts every span that is lost")
  func away() async throws {
    receiver.state.withLockedValue {
      $0.failures = Array(repeating: ExportFailure("down", isRetryable: true), count: 10)
    }
    let exporter = exporter(waiting: 4, batch: 2)
    Self.add(10, to: exporter)
    try await running(exporter) { lost.withLockedValue { $0 } == 10 }
    #expect(
      log.lines == [
        "warning Spans could not be exported [reason: down][spans: 2]",
        "warning Spans were dropped: too many wait [spans: 6]",
        "warning Spans could not be exported [reason: down][spans: 2]",
      ])
    #expect(lost.withLockedValue { $0 } == 10)
  }

  @Test("tries again when that may help, and loses nothing then")
  func retries() async throws {
    receiver.state.withLockedValue {
      $0.failures = Array(repeating: ExportFailure("down", isRetryable: true), count: 3)
    }
    let exporter = exporter()
    Self.add(2, to: exporter)
    try await running(exporter) { receiver.state.withLockedValue { !$0.names.isEmpty } }
    #expect(receiver.state.withLockedValue { $0.names } == [["span-0", "span-1"]])
    #expect(receiver.state.withLockedValue { $0.attempts } == 4)
    #expect(log.lines.isEmpty)
  }

  @Test("gives a batch up that was refused at once, or failed too often, and goes on with the next")
  func givesUp() async throws {
    receiver.state.withLockedValue {
      $0.failures =
        [ExportFailure("status 400", isRetryable: false)]
        + Array(repeating: ExportFailure("down", isRetryable: true), count: 5)
    }
    let exporter = exporter(batch: 1)
    Self.add(3, to: exporter)
    try await running(exporter) { receiver.state.withLockedValue { !$0.names.isEmpty } }
    #expect(receiver.state.withLockedValue { $0.names } == [["span-2"]])
    #expect(
      log.lines == [
        "warning Spans could not be exported [reason: status 400][spans: 1]",
        "warning Spans could not be exported [reason: down][spans: 1]",
      ])
  }

  @Test("ends although nobody takes the last spans")
  func endsWithoutReceiver() async {
    receiver.state.withLockedValue {
      $0.failures = Array(repeating: ExportFailure("down", isRetryable: true), count: 100)
    }
    let exporter = exporter(batch: 1)
    Self.add(8, to: exporter)
    await exporter.flush()
    #expect(receiver.state.withLockedValue { $0.attempts } == 1)
    #expect(
      log.lines == [
        "warning Spans could not be exported [reason: down][spans: 1]",
        "warning Spans were dropped: the program ends [spans: 7]",
      ])
    #expect(lost.withLockedValue { $0 } == 8)
  }
}
