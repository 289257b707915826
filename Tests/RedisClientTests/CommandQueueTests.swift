import NIOCore
import Testing

@testable import RedisClient

@Suite("The queue of commands")
struct CommandQueueTests {
  private typealias Call = CommandQueue.Call

  private static func time(_ milliseconds: UInt64) -> NIODeadline { .uptimeNanoseconds(milliseconds * 1_000_000) }

  private static func queue(_ limits: RedisLimits = RedisLimits()) -> CommandQueue {
    CommandQueue(limits: limits, stallTimeout: .milliseconds(3000))
  }

  @discardableResult
  private static func add(
    _ queue: inout CommandQueue, at time: UInt64, timeout: Int64 = 500, _ command: [RedisArgument] = ["PING"]
  ) -> RedisError? {
    queue.add(command, call: Call(), isAsking: false, now: Self.time(time), timeout: .milliseconds(timeout))
  }

  @Test("writes commands as arrays of bulk strings")
  func encoding() {
    var queue = Self.queue()
    Self.add(&queue, at: 0, ["SET", "k", .integer(-5), .bytes(ByteBuffer(string: "v\r\n")), "é"])
    let expected = "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n-5\r\n$3\r\nv\r\n\r\n$2\r\né\r\n"
    #expect(queue.takeOutgoing() == ByteBuffer(string: expected))
    #expect(queue.takeOutgoing() == nil)
  }

  @Test("wakes the event loop once for a batch")
  func batches() {
    var queue = Self.queue()
    let first = queue.claimFlush()
    let second = queue.claimFlush()
    _ = queue.takeOutgoing()
    let third = queue.claimFlush()
    #expect([first, second, third] == [true, false, true])
  }

  @Test("lets each command wait for its own time and keeps the places of those that expired")
  func deadlines() {
    var queue = Self.queue()
    Self.add(&queue, at: 0, timeout: 500)
    Self.add(&queue, at: 0, timeout: 100)
    let first = Self.time(100)
    #expect(queue.takeCheckTime() == first)
    #expect(queue.takeCheckTime() == nil)
    let check = queue.check(first, now: Self.time(101))
    #expect(check.expired.count == 1 && !check.isStalled)
    #expect(check.next == Self.time(500))
    let isDropped = queue.received(2, now: Self.time(200))?.map { $0 == nil }
    #expect(isDropped == [false, true])
    #expect(queue.check(Self.time(500), now: Self.time(500)).next == nil)
  }

  @Test("sets an earlier timer for a command with less time, and ignores the later one")
  func earlierTimer() {
    var queue = Self.queue()
    Self.add(&queue, at: 0, timeout: 500)
    #expect(queue.takeCheckTime() == Self.time(500))
    Self.add(&queue, at: 0, timeout: 50)
    #expect(queue.takeCheckTime() == Self.time(50))
    #expect(queue.check(Self.time(50), now: Self.time(50)).next == Self.time(500))
    #expect(queue.check(Self.time(50), now: Self.time(60)).next == nil)
  }

  @Test("gives a silent server up after the time for that, not while it sends something")
  func stall() {
    var queue = Self.queue()
    Self.add(&queue, at: 0)
    _ = queue.takeCheckTime()
    let expired = queue.check(Self.time(500), now: Self.time(500))
    #expect(expired.expired.count == 1 && !expired.isStalled)
    #expect(expired.next == Self.time(3000))
    #expect(queue.received(0, now: Self.time(2900))?.count == 0)
    let later = queue.check(Self.time(3000), now: Self.time(3000))
    #expect(!later.isStalled && later.next == Self.time(5900))
    #expect(queue.check(Self.time(5900), now: Self.time(5900)).isStalled)
  }

  @Test("waits longer for a command that was given more time")
  func longCommand() {
    var queue = Self.queue()
    Self.add(&queue, at: 0, timeout: 10_000)
    _ = queue.takeCheckTime()
    let check = queue.check(Self.time(10_000), now: Self.time(9_999))
    #expect(check.expired.isEmpty && !check.isStalled)
  }

  @Test("refuses more commands and bytes than may wait, but takes any one command")
  func limits() {
    var queue = Self.queue(RedisLimits(pendingCommands: 2, pendingBytes: 100))
    #expect(Self.add(&queue, at: 0, ["SET", "k", .bytes(count: 1000)]) == nil)
    #expect(Self.add(&queue, at: 0) == .overloaded)
    _ = queue.takeOutgoing()
    #expect(Self.add(&queue, at: 0) == nil)
    _ = queue.takeOutgoing()
    #expect(Self.add(&queue, at: 0) == .overloaded)
  }

  @Test("takes nothing once it is closed, and names the first reason")
  func close() {
    var queue = Self.queue()
    Self.add(&queue, at: 0)
    #expect(queue.close(reason: "first")?.count == 1)
    #expect(queue.close(reason: "second") == nil)
    #expect(Self.add(&queue, at: 0) == .notConnected(reason: "first"))
    #expect(queue.received(1, now: Self.time(0)) == nil)
  }

  @Test("knows when more answers come than were asked for")
  func surplus() {
    var queue = Self.queue()
    Self.add(&queue, at: 0)
    #expect(queue.received(2, now: Self.time(1)) == nil)
  }
}
