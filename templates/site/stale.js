(f=()=>s.hidden=new Date<s.dataset.t)();setInterval(f,6e4)
