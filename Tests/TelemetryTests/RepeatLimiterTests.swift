import Logging
import TestSupport
import Testing

@testable import Telemetry

@Suite("Failures that repeat")
struct RepeatLimiterTests {
  private let time = ManualTime()
  private let log = Lines()
  private let limiter: RepeatLimiter

  init() { limiter = RepeatLimiter(limit: 3, window: .seconds(10), time: time) }

  private var logger: Logger {
    Logger(label: "test") { RepeatLimitingLogHandler(log, label: $0, limiter: limiter) }
  }

  @Test("are written a few times, and counted from then on")
  func counts() {
    for number in 0..<60 { logger.warning("No", metadata: ["number": "\(number)"]) }
    #expect(log.lines == ["warning No [number: 0]", "warning No [number: 1]", "warning No [number: 2]"])
    time.advance(by: .seconds(10))
    logger.warning("No", metadata: ["number": "60"])
    #expect(log.lines.dropFirst(3) == ["warning No … repeated 57 times [repeated: 57]", "warning No [number: 60]"])
  }

  @Test("are told of also when they do not come again, once")
  func toldWithoutAnother() {
    for _ in 0..<5 { logger.error("No") }
    limiter.tellEnded()
    #expect(log.lines.count == 3)
    time.advance(by: .seconds(11))
    limiter.tellEnded()
    limiter.tellEnded()
    #expect(log.lines.dropFirst(3) == ["error No … repeated 2 times [repeated: 2]"])
  }

  @Test("are told apart by message and level")
  func keys() {
    for _ in 0..<4 {
      logger.warning("No")
      logger.error("No")
      logger.warning("Never")
    }
    #expect(log.lines.count == 9)
  }

  @Test("do not lend the facts of one request to the count of all")
  func withoutFacts() {
    var logger = logger
    logger[metadataKey: "request_id"] = "first"
    for _ in 0..<4 { logger.warning("No") }
    time.advance(by: .seconds(10))
    limiter.tellEnded()
    #expect(log.lines.last == "warning No … repeated 1 times [repeated: 1]")
  }

  @Test("are all that is limited: what operators did and what the cache did is complete")
  func notices() {
    for _ in 0..<50 {
      logger.notice("Admin call")
      logger.trace("Cache HIT: Full model catalog")
    }
    #expect(log.lines.count == 100)
  }

  @Test("of ever new messages take no more memory than the table has places, and are written")
  func bounded() {
    for number in 0..<(RepeatLimiter.maximumEntries * 2) { logger.warning("\(number)") }
    #expect(log.lines.count == RepeatLimiter.maximumEntries * 2)
    for _ in 0..<10 { logger.warning("0") }
    #expect(log.lines.count == RepeatLimiter.maximumEntries * 2 + 2, "the first ones are still known")
  }
}
