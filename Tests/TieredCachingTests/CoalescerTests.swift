import NIOConcurrencyHelpers
import Testing

@testable import TieredCaching

/// A question that waits until the test answers it.
private final class Question: Sendable {
  private let state = NIOLockedValueBox((asked: 0, waiting: [CheckedContinuation<Void, Never>]()))

  var asked: Int { state.withLockedValue { $0.asked } }

  func ask() async -> Bool {
    await withCheckedContinuation { continuation in
      state.withLockedValue { state in
        state.asked += 1
        state.waiting.append(continuation)
      }
    }
    return !Task.isCancelled
  }

  /// Answers what was asked so far.
  func answer() {
    let waiting = state.withLockedValue { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func isAsked(times: Int) async {
    while asked < times { await Task.yield() }
  }
}

@Suite("Shared questions", .timeLimit(.minutes(1)))
struct CoalescerTests {
  private let coalescer = Coalescer()
  private let question = Question()
  private let done = NIOLockedValueBox(0)

  private var doneCount: Int { done.withLockedValue { $0 } }

  /// A caller that is known to wait, as far as that can be known.
  private func caller() async -> Task<Void, Never> {
    let task = Task {
      await coalescer.ask { await question.ask() }
      done.withLockedValue { $0 += 1 }
    }
    for _ in 0..<100 { await Task.yield() }
    return task
  }

  @Test("An answer counts only for who came before the question was asked; the others share the next one")
  func latecomers() async {
    let first = await caller()
    await question.isAsked(times: 1)
    let second = await caller()
    let third = await caller()
    #expect(question.asked == 1)
    question.answer()
    await first.value
    await question.isAsked(times: 2)
    #expect(doneCount == 1)
    question.answer()
    await second.value
    await third.value
    #expect(question.asked == 2)
  }

  @Test("When who asks is cancelled, one of those who wait for the same answer asks instead")
  func cancelledLeader() async {
    let first = await caller()
    await question.isAsked(times: 1)
    let others = [await caller(), await caller()]
    question.answer()
    await first.value
    await question.isAsked(times: 2)
    let leader = others[0]
    leader.cancel()
    others[1].cancel()
    let patient = await caller()
    question.answer()
    await question.isAsked(times: 3)
    question.answer()
    await question.isAsked(times: 4)
    question.answer()
    await patient.value
    #expect(!patient.isCancelled)
  }

  @Test("A caller that nobody waits with asks for itself, again and again")
  func alone() async {
    for round in 1...3 {
      let task = await caller()
      await question.isAsked(times: round)
      question.answer()
      await task.value
    }
    #expect(question.asked == 3)
  }

  @Test("64 readers that come again and again need far fewer questions, and every one gets a later answer than it came")
  func crowd() async {
    let asked = NIOLockedValueBox(0)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<64 {
        group.addTask {
          var isLater = true
          for _ in 0..<50 {
            let before = asked.withLockedValue { $0 }
            await coalescer.ask {
              asked.withLockedValue { $0 += 1 }
              for _ in 0..<20 { await Task.yield() }
              return true
            }
            isLater = isLater && asked.withLockedValue { $0 } > before
          }
          return isLater
        }
      }
      for await isLater in group { #expect(isLater) }
    }
    #expect(asked.withLockedValue { $0 } < 64 * 50 / 8)
  }
}
