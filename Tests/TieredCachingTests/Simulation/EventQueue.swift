/// Events in the order of their times, which are whole milliseconds; of equal times, the one that was inserted first
/// comes first.
struct EventQueue<Event> {
  /// A binary heap of time, order of insertion and place of the event in one number each: tests run without
  /// optimisation, where comparing and moving anything else costs most of a simulation.
  private var heap: [Int] = []
  private var events: [Event?] = []
  private var free: [Int] = []
  private var inserted = 0

  private static var placeBits: Int { 16 }
  private static var orderBits: Int { 24 }

  var isEmpty: Bool { heap.isEmpty }

  mutating func insert(_ event: Event, at time: Duration) {
    inserted += 1
    let place = free.popLast() ?? events.count
    if place == events.count { events.append(event) } else { events[place] = event }
    precondition(place < 1 << Self.placeBits && inserted < 1 << Self.orderBits, "too many events")
    let (seconds, attoseconds) = time.components
    let milliseconds = Int(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    let entry = (milliseconds << Self.orderBits | inserted) << Self.placeBits | place
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) >> 1
      let other = heap[parent]
      if other < entry { break }
      heap[child] = other
      child = parent
    }
    heap[child] = entry
  }

  /// Takes the first event, if it comes before `end`.
  mutating func popFirst(before end: Duration) -> (at: Duration, event: Event)? {
    guard let first = heap.first else { return nil }
    let place = first & (1 << Self.placeBits - 1)
    let time = Duration.milliseconds(first >> (Self.placeBits + Self.orderBits))
    guard time < end, let event = events[place] else { return nil }
    events[place] = nil
    free.append(place)
    let last = heap.removeLast()
    if !heap.isEmpty { sink(last) }
    return (time, event)
  }

  /// Puts an entry in the place of the first one, and moves it to where it belongs.
  private mutating func sink(_ entry: Int) {
    let count = heap.count
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= count { break }
      var smallest = heap[child]
      if child + 1 < count {
        let other = heap[child + 1]
        if other < smallest {
          smallest = other
          child += 1
        }
      }
      if entry < smallest { break }
      heap[parent] = smallest
      parent = child
    }
    heap[parent] = entry
  }
}
